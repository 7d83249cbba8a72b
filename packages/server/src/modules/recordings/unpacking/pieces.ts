/** Pieces of a file, of which the end can be given back. */
export class Pieces {
  readonly #reading: AsyncIterator<Uint8Array>;
  #back: Uint8Array | undefined;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#reading = source[Symbol.asyncIterator]();
  }

  /** A piece that is not empty; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const back = this.#back;
    this.#back = undefined;
    if (back) return back;
    for (;;) {
      const next = await this.#reading.next();
      if (next.done) return undefined;
      if (next.value.length > 0) return next.value;
    }
  }

  /** The next piece will be this one. */
  giveBack(piece: Uint8Array): void {
    if (piece.length > 0) this.#back = piece;
  }

  async hasMore(): Promise<boolean> {
    const next = await this.next();
    if (next) this.giveBack(next);
    return next !== undefined;
  }

  /** At most so many bytes, as they come. */
  async *upTo(length: number): AsyncGenerator<Uint8Array, void> {
    let left = length;
    while (left > 0) {
      const piece = await this.next();
      if (!piece) return;
      this.giveBack(piece.subarray(left));
      const taken = piece.subarray(0, left);
      left -= taken.length;
      yield taken;
    }
  }

  /** So many bytes in one piece; fewer at the end. */
  async take(length: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.upTo(length)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** The first bytes in one piece, which stay to be read; fewer at the end. */
  async peek(length: number): Promise<Uint8Array> {
    const read: Uint8Array[] = [];
    let count = 0;
    while (count < length) {
      const piece = await this.next();
      if (!piece) break;
      read.push(piece);
      count += piece.length;
    }
    const [first = new Uint8Array()] = read;
    const whole = read.length > 1 ? Buffer.concat(read) : first;
    this.giveBack(whole);
    return whole;
  }

  /** Everything that is left. */
  async *all(): AsyncGenerator<Uint8Array, void> {
    for (let piece = await this.next(); piece; piece = await this.next()) yield piece;
  }

  async close(): Promise<void> {
    await this.#reading.return?.();
  }
}
