/** Line numbers (from 1) and line bounds of a text whose lines end in LF. Offsets are UTF-16 code units. */
export class Lines {
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  get count(): number {
    return this.#starts.length;
  }

  /** The number of the line that holds `offset`, from 1. */
  numberAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** Where line `number` (from 1) begins; the text's length for a line past the end. */
  startOf(number: number): number {
    return this.#starts[number - 1] ?? this.text.length;
  }

  /** Where line `number` (from 1) ends, its line end not included. */
  endOf(number: number): number {
    const next = this.#starts[number];
    return next === undefined ? this.text.length : next - 1;
  }

  /** The text of line `number` (from 1), without its line end. */
  lineText(number: number): string {
    return this.text.slice(this.startOf(number), this.endOf(number));
  }
}
