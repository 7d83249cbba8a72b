/** Lines of one sentence that are written at once, and how many a second after that. */
const AT_ONCE = 1_000;
const PER_SECOND = 5;
/** Sentences are part of the program, so there are few; one with a name inside must not fill the memory. */
const SENTENCES_MAX = 1_000;

interface Sentence {
  left: number;
  at: number;
  leftOut: number;
}

/**
 * How often one sentence may be written: strangers choose how often some things happen, and what they fill the log with
 * pushes out what the owner looks for. Lines that are left out are counted, and the next one of their sentence says so.
 */
export class LineLimit {
  readonly #sentences = new Map<string, Sentence>();

  /** @returns how many were left out before this one; undefined when this one is left out too */
  take(text: string, nowMs: number): number | undefined {
    const sentence = this.#find(text, nowMs);
    sentence.left = Math.min(AT_ONCE, sentence.left + (Math.max(0, nowMs - sentence.at) / 1_000) * PER_SECOND);
    sentence.at = nowMs;
    if (sentence.left < 1) {
      sentence.leftOut += 1;
      return undefined;
    }
    sentence.left -= 1;
    const { leftOut } = sentence;
    sentence.leftOut = 0;
    return leftOut;
  }

  #find(text: string, nowMs: number): Sentence {
    const known = this.#sentences.get(text);
    if (known) return known;
    if (this.#sentences.size >= SENTENCES_MAX) this.#sentences.clear();
    const made = { left: AT_ONCE, at: nowMs, leftOut: 0 };
    this.#sentences.set(text, made);
    return made;
  }
}
