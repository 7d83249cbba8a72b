/** Thrown when a packed file ends where more must follow. */
export class EndsTooEarly extends Error {
  override readonly name = 'EndsTooEarly';
}

/** Bits of bytes that come in pieces, the highest bit of a byte first. Bytes that were read are let go. */
export class BitReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #data: Uint8Array = new Uint8Array();
  #at = 0;
  #bits = 0;
  #count = 0;
  #isOver = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Waits until so many bytes can be read, or all that there are. @returns false when nothing is left */
  async fill(bytes: number): Promise<boolean> {
    const pieces = [this.#data.subarray(this.#at)];
    let length = this.#data.length - this.#at;
    while (!this.#isOver && length < bytes) {
      const next = await this.#source.next();
      if (next.done) this.#isOver = true;
      else {
        pieces.push(next.value);
        length += next.value.length;
      }
    }
    if (pieces.length > 1) {
      this.#data = Buffer.concat(pieces);
      this.#at = 0;
    }
    return length > 0;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** @param length 1 to 24 */
  read(length: number): number {
    while (this.#count < length) {
      const byte = this.#data[this.#at];
      if (byte === undefined) throw new EndsTooEarly();
      this.#at += 1;
      this.#bits = ((this.#bits << 8) | byte) >>> 0;
      this.#count += 8;
    }
    this.#count -= length;
    const value = this.#bits >>> this.#count;
    this.#bits &= (1 << this.#count) - 1;
    return value;
  }

  /** The next 20 bits, which stay to be read. Where the data ends they are 0. */
  peek20(): number {
    while (this.#count < 20) {
      this.#bits = ((this.#bits << 8) | (this.#data[this.#at] ?? 0)) >>> 0;
      this.#at += 1;
      this.#count += 8;
    }
    return (this.#bits >>> (this.#count - 20)) & 0xfffff;
  }

  /** @param length at most 20, after `peek20` */
  skip(length: number): void {
    this.#count -= length;
    this.#bits &= (1 << this.#count) - 1;
    if (this.#at - (this.#count >> 3) > this.#data.length) throw new EndsTooEarly();
  }

  /** Goes on with the next whole byte. */
  align(): void {
    // What was peeked at is given back.
    this.#at -= this.#count >> 3;
    this.#bits = 0;
    this.#count = 0;
  }
}
