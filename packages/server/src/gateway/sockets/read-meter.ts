/** Our client sends some hundred bytes a second; the objects that a door takes are less than this, too. */
const BYTES_PER_SECOND = 2_097_152;
const BURST_BYTES = 4_194_304;

/**
 * Counts what a peer sends, whatever it is: pongs, fragments, frames without content. A peer that floods costs a core before
 * any of its frames is counted.
 */
export class ReadMeter {
  #bytes = 0;
  #at: number;
  #left = BURST_BYTES;

  constructor(now: number) {
    this.#at = now;
  }

  /** Called by the sweep. @param bytes read from the peer since the connection began */
  isFlooded(bytes: number, now: number): boolean {
    const filled = this.#left + ((now - this.#at) / 1000) * BYTES_PER_SECOND;
    this.#left = Math.min(BURST_BYTES, filled) - (bytes - this.#bytes);
    this.#bytes = bytes;
    this.#at = now;
    return this.#left < 0;
  }
}
