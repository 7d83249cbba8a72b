import { z } from 'zod';
import { askServer, serverFolderOption } from '../ask-server.ts';
import { defineCommand } from '../define-command.ts';
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
      type: numberAsTyped(
        { least: 0, most: Number.MAX_SAFE_INTEGER },
        '--from is an offset: a whole number from 0.',
      ).optional(),
      value: 'OFFSET',
      about: 'first offset to print, in each partition; without it the newest records are printed',
    },
    limit: {
      type: numberAsTyped({ least: 1, most: RECORDS_MAX }, '--limit is a whole number from 1 to 1,000.'),
      value: 'N',
      about: 'at most this many records',
      default: '100',
    },
    'data-dir': serverFolderOption,
  },
  async run({ operands: [topic], options: { 'data-dir': folder, from, limit } }, io) {
    const query = new URLSearchParams({ topic, limit, ...(from === undefined ? {} : { from }) });
    const request = { method: 'GET', path: `/internal/log?${query.toString()}` } as const;
    const { data } = await askServer<{ data: { value: string }[] }>(request, { folder, io });
    for (const record of data) {
      io.stdout.write(`${JSON.stringify({ ...record, value: readable(record.value) })}\n`);
    }
    return 'fine';
  },
});

/** A value is nearly always JSON. Then it is printed as JSON and not as a text with JSON in it. */
function readable(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
