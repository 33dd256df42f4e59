/** One system call of an strace log written with `-f -y -xx`. */
export interface Call {
  thread: string;
  name: string;
  /** As strace printed them: `21<\x2f…>`, `"\x61…"`, `O_RDONLY|O_CREAT`. */
  args: string[];
  /** `null` where the call never came back. */
  result: number | null;
  /** Strace made it fail; it was not carried out. */
  injected: boolean;
  /** The log's lines at which it began and ended. */
  begun: number;
  ended: number | null;
}

const LINE = /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()/;
const UNFINISHED = ' <unfinished ...>';

/** The calls of a log, in the order in which they began. */
export function parseLog(log: string): Call[] {
  const calls: Call[] = [];
  const open = new Map<string, { call: Call; args: string }>();
  log.split('\n').forEach((line, index) => {
    const [start, thread, resumed, name] = LINE.exec(line) ?? [];
    if (start === undefined || thread === undefined) return;
    const rest = line.slice(start.length);
    let begun = open.get(thread);
    if (resumed === undefined) {
      const call = { thread, name: name ?? '', args: [], result: null, injected: false };
      begun = { call: { ...call, begun: index, ended: null }, args: '' };
      calls.push(begun.call);
    }
    if (begun === undefined) return;
    if (rest.endsWith(UNFINISHED)) {
      begun.args = rest.slice(0, -UNFINISHED.length);
      begun.call.args = splitArgs(begun.args);
      open.set(thread, begun);
      return;
    }
    open.delete(thread);
    finish(begun.call, begun.args + rest, index);
  });
  return calls;
}

function finish(call: Call, text: string, line: number): void {
  const equals = text.lastIndexOf(' = ');
  const outcome = text.slice(equals + 3);
  call.args = splitArgs(text.slice(0, equals).trimEnd().slice(0, -1));
  call.injected = outcome.includes('(INJECTED)');
  if (outcome.startsWith('?')) return;
  call.result = Number.parseInt(outcome, 10);
  call.ended = line;
}

/** Strings hold no quote and no comma of their own, since every byte of them is `\xNN`. */
function splitArgs(text: string): string[] {
  const args: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '"') at = text.indexOf('"', at + 1);
    else if ('[{('.includes(char)) depth += 1;
    else if (']})'.includes(char)) depth -= 1;
    else if (char === ',' && depth === 0) {
      args.push(text.slice(start, at).trim());
      start = at + 1;
    }
    if (at < 0) break;
  }
  const last = text.slice(start).trim();
  return last === '' ? args : [...args, last];
}

/** The bytes of every string in an argument, one after the other. */
export function bytesOf(arg: string | undefined): Buffer {
  const strings = [...(arg ?? '').matchAll(/"([^"]*)"/g)];
  return Buffer.concat(strings.map(([, hex]) => Buffer.from((hex ?? '').replaceAll('\\x', ''), 'hex')));
}

/** The number of a descriptor; not a number for `AT_FDCWD`. */
export function descriptorOf(arg: string | undefined): number {
  return Number.parseInt(arg ?? '', 10);
}

/** The path behind a descriptor such as `21<\x2f…>`; `null` where the argument is none. */
export function descriptorPath(arg: string | undefined): string | null {
  const hex = /^(?:\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>/.exec(arg ?? '')?.[1];
  return hex === undefined ? null : Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString();
}
