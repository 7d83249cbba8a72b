import { z } from 'zod';
import type { ListedLetter, ReplayReport } from '../../modules/dead-letters/index.ts';
import { askServer, serverFolderOption } from '../ask-server.ts';
import { UsageError } from '../command-errors.ts';
import type { CommandIo } from '../command-io.ts';
import { flag, type OptionValues } from '../command-options.ts';
import { defineCommand } from '../define-command.ts';
import type { Outcome } from '../exit-codes.ts';
import { numberAsTyped, RECORDS_MAX } from '../number-as-typed.ts';
import { renderTable } from '../terminal/table.ts';

const options = {
  limit: {
    type: numberAsTyped({ least: 1, most: RECORDS_MAX }, '--limit is a whole number from 1 to 1,000.'),
    value: 'N',
    about: 'list: at most this many, the newest',
    default: '100',
  },
  all: flag('replay: every record that was set aside'),
  json: flag('print the answer as JSON'),
  'data-dir': serverFolderOption,
};

export const deadLettersCommand = defineCommand({
  name: 'dead-letters',
  about:
    'Records that could not be used are set aside with the reason, under the key topic/partition/offset. "replay" sends a record back to its topic, once; what would only be set aside again stays. Asks the running server that holds the data folder.',
  operands: {
    value: 'list|replay [KEY]',
    type: z.union(
      [z.tuple([z.literal('list')]), z.tuple([z.literal('replay')]), z.tuple([z.literal('replay'), z.string()])],
      'Say what to do: list, replay KEY, or replay --all.',
    ),
  },
  options,
  run({ operands: [word, key], options: given }, io) {
    if (word === 'list') return list(given, io);
    if ((key !== undefined) === given.all)
      throw new UsageError('Replay either one record by its KEY, or --all.', { showsUsage: true });
    return replay(key, given, io);
  },
});

type Given = OptionValues<typeof options>;

async function list({ 'data-dir': folder, json, limit }: Given, io: CommandIo): Promise<Outcome> {
  const query = new URLSearchParams({ limit }).toString();
  const request = { method: 'GET', path: `/internal/dead-letters?${query}` } as const;
  const { data } = await askServer<{ data: ListedLetter[] }>(request, { folder, io });
  if (json) io.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
  else if (data.length === 0) io.stdout.write('Nothing was set aside.\n');
  else {
    const rows = data.map(({ cause, key, replayedAt, setAsideAt }) => [key, setAsideAt, replayedAt ?? '', cause]);
    io.stdout.write(`${renderTable(['key', 'set aside', 'replayed', 'cause'], rows)}\n`);
  }
  return 'fine';
}

/** A replay that moved nothing has failed. */
async function replay(key: string | undefined, { 'data-dir': folder, json }: Given, io: CommandIo): Promise<Outcome> {
  const body = key === undefined ? { all: true } : { key };
  const request = { method: 'POST', path: '/internal/dead-letters/replay', body } as const;
  const report = await askServer<ReplayReport>(request, { folder, io });
  const { refused, replayed } = report;
  if (json) io.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else {
    for (const sent of replayed) io.stdout.write(`${sent} is on its way back to its topic.\n`);
    for (const { key: kept, reason } of refused) io.stderr.write(`${kept} was not replayed. ${reason}.\n`);
    if (replayed.length + refused.length === 0) io.stdout.write('There is nothing to replay.\n');
  }
  return refused.length > 0 && replayed.length === 0 ? 'failed' : 'fine';
}
