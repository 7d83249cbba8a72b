import type { Command } from './command.ts';
import { askServer } from './ask-server.ts';

const usage = `Usage: ovation log TOPIC [--from OFFSET] [--limit N] [--data-dir FOLDER]

Prints records of a topic, one JSON line each: partition, offset, appendedAt, key, headers, value. Topics: raw-emote-data,
activity, aggregated-emote-data, feeds, dead-letter. Asks the running server that holds the data folder.`;

export const logCommand: Command = {
  name: 'log',
  summary: 'read a topic of the event log',
  usage,
  async run(args, io) {
    const answer = await askServer<{ records: unknown[] }>(args, io, {
      usage,
      request: ([topic], { from = '0', limit = '100' }) => {
        if (topic === undefined) return undefined;
        const query = new URLSearchParams({ topic, from, limit });
        return { method: 'GET', path: `/internal/log?${query.toString()}` };
      },
    });
    if (!answer.ok) return answer.exitCode;
    for (const record of answer.body.records) io.stdout.write(`${JSON.stringify(record)}\n`);
    return 0;
  },
};
