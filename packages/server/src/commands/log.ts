import type { Command } from './command.ts';
import { askServer } from './ask-server.ts';

const usage = `Usage: ovation log TOPIC [--from OFFSET] [--limit N] [--data-dir FOLDER]

Prints records of a topic, one JSON line each: partition, offset, appendedAt, key, headers, value. The newest 100, or from
an offset on, of all partitions in the order of their append times. Topics: raw-emote-data,
activity, aggregated-emote-data, feeds, dead-letter. Asks the running server that holds the data folder.`;

export const logCommand: Command = {
  name: 'log',
  summary: 'read a topic of the event log',
  usage,
  async run(args, io) {
    const answer = await askServer<{ data: { value: string }[] }>(args, io, {
      usage,
      request: ([topic], { from, limit = '100' }) => {
        if (topic === undefined) return undefined;
        const query = new URLSearchParams({ topic, limit, ...(from === undefined ? {} : { from }) });
        return { method: 'GET', path: `/internal/log?${query.toString()}` };
      },
    });
    if (!answer.ok) return answer.exitCode;
    for (const record of answer.body.data) {
      io.stdout.write(`${JSON.stringify({ ...record, value: readable(record.value) })}\n`);
    }
    return 0;
  },
};

/** Values are nearly always JSON: then a line is one JSON object all the way down. */
function readable(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
