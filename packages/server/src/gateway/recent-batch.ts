import type { FeedReader } from './gap-filler.ts';

/** Reads the heads of all feeds that are asked for in the same turn with one query: restarts open many at once. */
export class HeadBatch {
  readonly #feeds: Pick<FeedReader, 'heads'>;
  #asked = new Map<string, PromiseWithResolvers<number>>();

  constructor(feeds: Pick<FeedReader, 'heads'>) {
    this.#feeds = feeds;
  }

  /** seq of the feed's last entry, 0 when there is none */
  head(feed: string): Promise<number> {
    if (this.#asked.size === 0) setImmediate(() => void this.#read());
    const asked = this.#asked.get(feed) ?? Promise.withResolvers<number>();
    this.#asked.set(feed, asked);
    return asked.promise;
  }

  async #read(): Promise<void> {
    const asked = this.#asked;
    this.#asked = new Map();
    try {
      const heads = await this.#feeds.heads([...asked.keys()]);
      for (const [feed, { resolve }] of asked) resolve(heads.get(feed) ?? 0);
    } catch (error) {
      for (const { reject } of asked.values()) reject(error);
    }
  }
}
