/** What a driver says of a keystroke, on a line of its own: it is about to be handed over, or it would survive. */
export interface Keystroke {
  number: number;
  /** The note it went into. */
  note: string;
  /** Milliseconds since 1970, by the driver’s clock. */
  at: number;
  acked: boolean;
}

/** Every keystroke is a mark of its own. */
export const markOf = (number: number) => `‹${number}›`;
const MARK = /‹(\d+)›/g;

/** How long a keystroke may be in memory only. */
const PROMISED_MS = 250;

/** The keystrokes of `typed <n> <at> <note>` and `ack <n>` lines. */
export function readKeystrokes(lines: readonly string[]): Map<number, Keystroke> {
  const found = new Map<number, Keystroke>();
  for (const line of lines) {
    const [word, number, at, note] = line.split(' ');
    if (word === 'typed' && note !== undefined)
      found.set(Number(number), { number: Number(number), note, at: Number(at), acked: false });
    const acked = word === 'ack' ? found.get(Number(number)) : undefined;
    if (acked !== undefined) acked.acked = true;
  }
  return found;
}

/** The numbers of the keystrokes in a text, where they stand. */
export function numbersIn(text: string): number[] {
  return [...text.matchAll(MARK)].map(([, number]) => Number(number));
}

/** The text without what was typed. */
export function withoutTyped(text: string): string {
  return text.replace(MARK, '');
}

/** The keystrokes that must survive a crash at that time. */
export function promisedOf(keystrokes: Iterable<Keystroke>, crashedAt: number): Keystroke[] {
  return [...keystrokes].filter(({ at, acked }) => acked || crashedAt - at > PROMISED_MS);
}
