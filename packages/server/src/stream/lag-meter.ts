/** So many ends are remembered: ten minutes of looks; a longer lag is told by the oldest of them. */
const SAMPLES_MAX = 600;

/** How far a consumer is behind the end of a partition, by the ends that were seen. */
export class LagMeter {
  /** ends of the log as they were seen, oldest first, without those that are reached */
  #samples: { end: number; at: number }[] = [];

  /**
   * @param next offset of the record that the consumer reads next
   * @param end offset behind the newest record
   * @returns how long the oldest unread record has been seen, s
   */
  seen(next: number, end: number, now: number): number {
    if (end > (this.#samples.at(-1)?.end ?? next)) this.#samples.push({ end, at: now });
    if (this.#samples.length > SAMPLES_MAX) this.#samples.splice(1, 1);
    this.#samples = this.#samples.filter((sample) => sample.end > next);
    const oldest = this.#samples[0];
    return oldest ? (now - oldest.at) / 1_000 : 0;
  }
}
