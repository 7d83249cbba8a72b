import type { ListedLetter, ReplayReport } from '../modules/dead-letters/index.ts';
import type { Answer } from './ask-server.ts';
import { askServer } from './ask-server.ts';
import type { Command, CommandIo } from './command.ts';
import { renderTable } from './terminal-table.ts';

const usage = `Usage: ovation dead-letters list [--limit N] [--json] [--data-dir FOLDER]
       ovation dead-letters replay KEY | --all [--json] [--data-dir FOLDER]

Records that could not be used are set aside with the reason, under the key topic/partition/offset. "replay" sends a record
back to its topic, once; what would only be set aside again stays. Asks the running server that holds the data folder.`;

/** A replay that moved nothing has failed. */
export const deadLettersCommand: Command = {
  name: 'dead-letters',
  summary: 'list records that were set aside, and replay them',
  usage,
  run: (args, io) => (args[0] === 'replay' ? replay(args.slice(1), io) : list(args, io)),
};

async function list(args: readonly string[], io: CommandIo): Promise<number> {
  const answer: Answer<{ data: ListedLetter[] }> = await askServer(args, io, {
    usage,
    request: ([word, ...more], { limit = '100' }) =>
      word === 'list' && more.length === 0
        ? { method: 'GET', path: `/internal/dead-letters?${new URLSearchParams({ limit }).toString()}` }
        : undefined,
  });
  if (!answer.ok) return answer.exitCode;
  const { data } = answer.body;
  if (answer.asJson) io.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
  else if (data.length === 0) io.stdout.write('Nothing was set aside.\n');
  else {
    const rows = data.map(({ cause, key, replayedAt, setAsideAt }) => [key, setAsideAt, replayedAt ?? '', cause]);
    io.stdout.write(`${renderTable(['key', 'set aside', 'replayed', 'cause'], rows)}\n`);
  }
  return 0;
}

async function replay(args: readonly string[], io: CommandIo): Promise<number> {
  const answer: Answer<ReplayReport> = await askServer(args, io, {
    usage,
    request: ([key, ...more], { all = false }) =>
      more.length === 0 && (key !== undefined) !== all
        ? { method: 'POST', path: '/internal/dead-letters/replay', body: all ? { all } : { key } }
        : undefined,
  });
  if (!answer.ok) return answer.exitCode;
  const { refused, replayed } = answer.body;
  if (answer.asJson) io.stdout.write(`${JSON.stringify(answer.body, null, 2)}\n`);
  else {
    for (const key of replayed) io.stdout.write(`${key} is on its way back to its topic.\n`);
    for (const { key, reason } of refused) io.stderr.write(`${key} was not replayed. ${reason}.\n`);
    if (replayed.length + refused.length === 0) io.stdout.write('There is nothing to replay.\n');
  }
  return refused.length > 0 && replayed.length === 0 ? 1 : 0;
}
