import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { channelFeed } from '@ovation/protocol';
import { expect, it } from 'vitest';
import { pollTransport, streamTransport, webSocketTransport } from '../../../client/src/index.ts';
import { runOvation } from '../../../../test/server-process.ts';
import { Client } from '../support/gateway/test-client.ts';
import { changeIntervals, serverProcesses, until, type Watcher } from '../support/server-processes.ts';

/** A database that goes back in time while the log does not (flows.md row 11), as a client that resumes sees it. */

const FEED = channelFeed('default');

const { newFolder, start, watch } = serverProcesses();

const viewOf = ({ connection }: Watcher) => connection.channel('default').get();

interface Entry {
  readonly feed: string;
  readonly epoch: string;
  readonly seq: number;
}

/** The entries of the feed that the log holds, as a person would look them up. */
async function relayed(folder: string): Promise<Entry[]> {
  const { stdout } = await runOvation(['log', 'feeds', '--limit', '1000'], { OVATION_DATA_DIR: folder });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { value: Entry }).value).filter(({ feed }) => feed === FEED);
}

interface Reply {
  readonly e: string;
  readonly o: number;
  readonly recovered: boolean;
  readonly events?: unknown[];
  readonly snap?: { readonly settings: { readonly interval: number } };
}

/** What a client is answered that goes on from `since`. */
async function resume(url: string, since: { e: string; o: number }): Promise<Reply> {
  const client = await new Client(`${url.replace('http', 'ws')}/ws`, ['ovation.v1'], {}).opened();
  client.send({ op: 'hello', subs: [{ ch: FEED, since }] });
  await until(() => expect(client.of('welcome')).toHaveLength(1));
  client.socket.terminate();
  const subs = client.of('welcome')[0]?.['subs'] as Record<string, Reply> | undefined;
  const reply = subs?.[FEED];
  if (!reply) throw new Error('The welcome has no reply');
  return reply;
}

it('an older copy of the database is a new epoch: snapshots instead of replays, nothing twice, nothing of before', async () => {
  const folder = await newFolder();
  const [db, copy] = [path.join(folder, 'db'), path.join(folder, 'copy')];
  const first = await start(folder);
  const { url } = first;
  const { port } = new URL(url);
  await changeIntervals(url, 10, 11);
  await first.kill('SIGKILL');
  await cp(db, copy, { recursive: true });

  const future = await start(folder, { PORT: port });
  const watchers = [webSocketTransport, streamTransport(), pollTransport()].map((way) => watch(url, [way]));
  await until(() => expect(watchers.map((one) => viewOf(one).state)).toEqual(['live', 'live', 'live']));
  await changeIntervals(url, 12, 13);
  const forgotten: Watcher['told'] = [
    [3, 12],
    [4, 13],
  ];
  await until(() => expect(watchers.map(({ told }) => told)).toEqual(watchers.map(() => forgotten)));
  while (!(await relayed(folder)).some(({ seq }) => seq === 4));
  const before = (await relayed(folder)).find(({ seq }) => seq === 4)?.epoch ?? '';
  expect(await resume(url, { e: before, o: 2 })).toMatchObject({ recovered: true, o: 4, events: [{ o: 3 }, { o: 4 }] });
  await future.kill('SIGKILL');
  await until(() => expect(watchers.some((one) => viewOf(one).state === 'live')).toBe(false));
  await rm(db, { recursive: true });
  await cp(copy, db, { recursive: true });

  await start(folder, { PORT: port });
  for (const { connection } of watchers) connection.retryNow();
  await until(() => expect(watchers.map((one) => viewOf(one).state)).toEqual(['live', 'live', 'live']));
  expect(watchers.map((one) => viewOf(one).settings?.interval)).toEqual([11, 11, 11]);
  // The numbers 3 and 4 are given a second time: only the epoch says that they are others.
  await changeIntervals(url, 20, 21);
  for (const o of [2, 3, 4, 9]) {
    const reply = await resume(url, { e: before, o });
    expect(reply).toMatchObject({ o: 4, recovered: false, snap: { settings: { interval: 21 } } });
    expect(reply.e).not.toBe(before);
    expect(reply.events).toBeUndefined();
  }
  const { e } = await resume(url, { e: before, o: 4 });
  expect(await resume(url, { e, o: 2 })).toMatchObject({
    recovered: true,
    events: [
      { o: 3, d: { interval: 20 } },
      { o: 4, d: { interval: 21 } },
    ],
  });
  const all: Watcher['told'] = [...forgotten, [3, 20], [4, 21]];
  await until(() => expect(watchers.map(({ told }) => told)).toEqual(watchers.map(() => all)));
});
