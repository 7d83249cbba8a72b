import { z } from 'zod';
import { askServer, serverFolderOption } from '../ask-server.ts';
import { defineCommand } from '../define-command.ts';
import { UsageError } from '../command-errors.ts';
import { numberAsTyped, RECORDS_MAX } from '../number-as-typed.ts';

export const logCommand = defineCommand({
  name: 'log',
  about:
    'Prints records of a topic, one JSON line each: partition, offset, appendedAt, key, headers, value. The newest 100, or from an offset on, of all partitions in the order of their append times. Topics: raw-emote-data, activity, aggregated-emote-data, feeds, dead-letter. Asks the running server that holds the data folder.',
  operands: {
    value: 'TOPIC',
    type: z.tuple([z.string()], 'Name one topic, such as aggregated-emote-data.'),
  },
  options: {
    from: {
      type: places('--from is an offset, or partition:offset with commas, such as 0:120,3:45.'),
      value: 'OFFSET',
      about:
        'first offset to print, in each partition; or partition:offset, with commas, to print these only; without it the newest records are printed',
    },
    after: {
      type: places('--after is what the page before printed last.'),
      value: 'PLACES',
      about: 'goes on after a page, which says where at its end',
    },
    limit: {
      type: numberAsTyped({ least: 1, most: RECORDS_MAX }, '--limit is a whole number from 1 to 1,000.'),
      value: 'N',
      about: 'at most this many records',
      default: '100',
    },
    'data-dir': serverFolderOption,
  },
  async run({ operands: [topic], options: { after, 'data-dir': folder, from, limit } }, io) {
    if (from !== undefined && after !== undefined) throw new UsageError('Give --from or --after, not both.');
    const start = after ?? from;
    const query = new URLSearchParams({ topic, limit, ...(start === undefined ? {} : { from: start }) });
    const request = { method: 'GET', path: `/internal/log?${query.toString()}` } as const;
    const { data, hasMore, next } = await askServer<Page>(request, { folder, io });
    for (const record of data) {
      io.stdout.write(`${JSON.stringify({ ...record, value: readable(record.value) })}\n`);
    }
    // Not among the records: their reader may be a program.
    if (hasMore) io.stderr.write(`There are more: --after ${next}\n`);
    return 'fine';
  },
});

interface Page {
  readonly data: { value: string }[];
  readonly next: string;
  readonly hasMore: boolean;
}

function places(problem: string) {
  return z
    .string()
    .regex(/^\d[\d:,]{0,400}$/, problem)
    .optional();
}

/** A value is nearly always JSON. Then it is printed as JSON and not as a text with JSON in it. */
function readable(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
