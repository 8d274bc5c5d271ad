/** Longer than any line of a tool that is watched; the rest of a longer one is dropped. */
const MAX_LINE_LENGTH = 16 * 1024;

/** Cuts the bytes of a stream into lines, whatever pieces they come in. */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #rest = '';
  #isOverlong = false;

  /** The lines that are now complete. A carriage return at the end is not part of a line. */
  push(bytes: Uint8Array): string[] {
    const pieces = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = pieces.pop() ?? '';
    if (this.#isOverlong && pieces.length > 0) {
      pieces.shift();
      this.#isOverlong = false;
    }
    if (this.#rest.length > MAX_LINE_LENGTH) {
      this.#rest = '';
      this.#isOverlong = true;
    }
    return pieces.filter((line) => line.length <= MAX_LINE_LENGTH).map((line) => line.replace(/\r$/, ''));
  }
}
