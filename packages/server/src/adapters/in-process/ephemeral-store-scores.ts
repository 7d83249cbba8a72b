import { checkScore, type ScoredMember, type ScoreRange } from '../../ports/ephemeral-store.ts';

/** Members with scores, kept in order: finding is a binary search, changing moves what comes after. */
export class SortedSet {
  readonly #scores = new Map<string, number>();
  readonly #sorted: ScoredMember[] = [];

  get size(): number {
    return this.#sorted.length;
  }

  /** Whether the member is new. */
  add(member: string, score: number): boolean {
    const entry = { member, score: checkScore(score) };
    const isNew = !this.remove(member);
    this.#scores.set(member, entry.score);
    this.#sorted.splice(this.#indexOf(entry), 0, entry);
    return isNew;
  }

  remove(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    this.#scores.delete(member);
    this.#sorted.splice(this.#indexOf({ member, score }), 1);
    return true;
  }

  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    return score === undefined ? undefined : this.#indexOf({ member, score });
  }

  range({ from = -Infinity, limit = Infinity, to = Infinity }: ScoreRange): ScoredMember[] {
    const start = this.#firstFrom(from);
    const end = Math.min(this.#firstAfter(to), start + Math.max(0, limit));
    return this.#sorted.slice(start, end);
  }

  removeRange(from: number, to: number): number {
    const start = this.#firstFrom(from);
    const removed = this.#sorted.splice(start, Math.max(0, this.#firstAfter(to) - start));
    for (const { member } of removed) this.#scores.delete(member);
    return removed.length;
  }

  #firstFrom(score: number): number {
    return this.#search((entry) => entry.score >= score);
  }

  #firstAfter(score: number): number {
    return this.#search((entry) => entry.score > score);
  }

  #indexOf({ member, score }: ScoredMember): number {
    return this.#search((entry) => entry.score > score || (entry.score === score && entry.member >= member));
  }

  /** Index of the first entry that is `beyond`, which holds for all after it too. */
  #search(beyond: (entry: ScoredMember) => boolean): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#sorted[middle];
      if (entry && !beyond(entry)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
