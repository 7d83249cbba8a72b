import type { AppendedFeedEntry, NewFeedEntry, NewOutboxRecord } from '../../ports/database.ts';
import { checkParameters, jsonText } from './parameters.ts';
import type { Rows, Statement } from './connection.ts';

interface CollectedEntry {
  readonly feed: string;
  readonly key: string;
  readonly bodyText: string;
}

/**
 * Feed entries and outbox records of one unit of work. Bodies become JSON text when they are collected: what is changed
 * afterwards does not count, and what cannot be stored fails where it was handed in.
 */
export class Collected {
  readonly #entries: CollectedEntry[] = [];
  readonly #records: string[] = [];

  appendFeed({ feed, key, body }: NewFeedEntry): void {
    checkParameters([feed, key]);
    this.#entries.push({ feed, key, bodyText: jsonText(body, `The entry "${key}" of feed ${feed}`) });
  }

  appendOutbox({ topic, partition, key, body }: NewOutboxRecord): void {
    checkParameters([topic, key]);
    const head = JSON.stringify({ topic, partition: partition ?? null, key }).slice(0, -1);
    this.#records.push(`${head},"body":${jsonText(body, `A record for ${topic}`)}}`);
  }

  get wroteOutbox(): boolean {
    return this.#entries.length + this.#records.length > 0;
  }

  /** The call of `feed_append`, or undefined when nothing was collected. */
  get statement(): Statement | undefined {
    if (!this.wroteOutbox) return undefined;
    const entries = this.#entries.map(
      ({ feed, key, bodyText }) => `${JSON.stringify({ feed, key }).slice(0, -1)},"body":${bodyText}}`,
    );
    return {
      sql: 'select feed, key, seq, epoch from feed_append($1::json, $2::json)',
      params: [`[${entries.join()}]`, `[${this.#records.join()}]`],
    };
  }

  /** What `feed_append` says it inserted, with bodies as every other copy of the entry will show them. */
  appended(rows: Rows | null): AppendedFeedEntry[] {
    return (rows?.rows ?? []).flatMap((row) => {
      const entry = this.#entries.find(({ feed, key }) => feed === row['feed'] && key === row['key']);
      if (!entry) return [];
      const body: unknown = JSON.parse(entry.bodyText);
      const { feed, key } = entry;
      return [{ feed, key, epoch: String(row['epoch']), seq: Number(row['seq']), body }];
    });
  }
}
