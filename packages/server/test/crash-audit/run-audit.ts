import { channelFeed } from '@ovation/protocol';
import type { ServerProcess } from '../../../../test/server-process.ts';
import { startServer } from '../../../../test/server-process.ts';
import { AuditSocket } from './audit-socket.ts';
import { BatchSender, pause } from './batch-sender.ts';
import type { LogBooks } from './read-books.ts';
import { readLogBooks, readStoredBooks } from './read-books.ts';

export interface AuditOptions {
  readonly folder: string;
  readonly journalFile: string;
  readonly kills: number;
  readonly sockets: number;
  /** of each socket, a second */
  readonly reactionsPerSecond: number;
  readonly batchSize: number;
  readonly batchPauseMs: number;
  /** a life lasts at least and at most this, ms */
  readonly life: readonly [number, number];
  onLife?(life: LifeReport): void;
}

interface LifeReport {
  readonly number: number;
  readonly lastedMs: number;
  readonly reactionsPerSecond: number;
}

export interface AuditReport {
  readonly kills: number;
  readonly acknowledged: number;
  readonly resent: number;
  readonly socketReactions: number;
  /** over all kills */
  readonly socketLost: number;
  /** how long before its kill the oldest lost reaction was sent, ms, per kill */
  readonly lostAgeMs: readonly number[];
  /** everything that must not be, as sentences; empty = the audit holds */
  readonly faults: readonly string[];
}

const BY_HTTP = 'audit-http';
const BY_SOCKET = 'audit-socket';
const QUIET = 'audit-quiet';

interface Life {
  readonly startedAt: number;
  readonly endedAt: number;
  /** when the next server was started */
  readonly nextAt: number;
  readonly sent: ReadonlyMap<string, readonly number[]>;
}

/** Kills a server again and again under load, and then compares what was accepted, logged, stored and shown. */
export async function auditCrashes(options: AuditOptions): Promise<AuditReport> {
  const { batchPauseMs, batchSize: size, journalFile, kills, sockets: count } = options;
  const sockets = Array.from({ length: count }, (_, n) => new AuditSocket(`c${n}`, [BY_SOCKET, BY_HTTP, QUIET]));
  const sender = new BatchSender({ journalFile, size, channel: BY_HTTP });
  const lives: Life[] = [];
  let startedAt = Date.now();
  let server = await start(options);
  for (const name of [BY_HTTP, BY_SOCKET, QUIET]) await send(server, 'POST', '/api/v1/channels', { name });
  const sending = sender.run(() => server.url, batchPauseMs);
  for (let life = 0; life <= kills; life += 1) {
    for (const socket of sockets) await socket.connect(server.url);
    await react(sockets, options);
    // The last life ends in good order.
    if (life === kills) break;
    // Noted before it dies: what is sent to a dead server is not lost by it.
    const endedAt = Date.now();
    const sent = new Map(
      sockets.map(({ emote, sent: times }) => [`text:${emote}`, times.filter((at) => at <= endedAt)]),
    );
    await server.kill('SIGKILL');
    const nextAt = Date.now();
    lives.push({ startedAt, endedAt, nextAt, sent });
    options.onLife?.(reportOf(lives));
    startedAt = nextAt;
    server = await start(options);
  }
  sender.stop();
  await sending;
  await send(server, 'PUT', `/api/v1/channels/${QUIET}/settings`, { interval: 7 });
  while (sockets.some((socket) => socket.position(QUIET) < 1)) await pause(20);
  await settled(sockets);
  await server.kill('SIGTERM');
  for (const socket of sockets) socket.close();
  return audit(options, { sockets, sender, lives });
}

function start({ folder }: AuditOptions): Promise<ServerProcess> {
  return startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off', OVATION_LIMITS: 'off' });
}

async function send({ url }: ServerProcess, method: string, address: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}${address}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${address} was answered ${response.status}: ${await response.text()}`);
}

/** Each socket reacts at its pace for a random while. */
async function react(
  sockets: readonly AuditSocket[],
  { life: [least, most], reactionsPerSecond }: AuditOptions,
): Promise<void> {
  const until = Date.now() + least + Math.random() * (most - least);
  const startedAt = Date.now();
  for (let at = startedAt, next = 0; at < until; at = Date.now()) {
    const due = ((at - startedAt) * sockets.length * reactionsPerSecond) / 1_000;
    for (; next < due; next += 1) sockets[next % sockets.length]?.react();
    await pause(20);
  }
}

/** Until everybody has everything that is to come: nothing new for a second. */
async function settled(sockets: readonly AuditSocket[]): Promise<void> {
  const positions = () => sockets.map((socket) => socket.position(BY_HTTP)).join();
  for (let before = ''; before !== positions();) {
    before = positions();
    await pause(1_500);
  }
}

function reportOf(lives: readonly Life[]): LifeReport {
  const life = lives.at(-1);
  if (!life) throw new Error('There was no life');
  const sent = [...life.sent.values()].flat();
  const lastedMs = life.endedAt - Math.min(...sent);
  return { number: lives.length, lastedMs, reactionsPerSecond: (sent.length / lastedMs) * 1_000 };
}

async function audit(
  { folder, kills }: AuditOptions,
  { lives, sender, sockets }: { lives: readonly Life[]; sender: BatchSender; sockets: readonly AuditSocket[] },
): Promise<AuditReport> {
  const acknowledged = sender.acknowledged();
  const log = await readLogBooks(folder);
  const stored = await readStoredBooks(folder);
  const faults = sockets.flatMap((socket) => socket.faults);
  const missing = [...acknowledged].filter((id) => !log.ids.has(id)).length;
  if (missing > 0) faults.push(`${missing} acknowledged ids are not in the log`);
  const counted = sumOf(stored.windows, BY_HTTP) + sumOf(stored.late, BY_HTTP);
  if (counted !== log.ids.size) faults.push(`${log.ids.size} ids are in the log, but ${counted} were counted`);
  faults.push(...unequal('window', log.windows, stored.windows), ...unequal('late count', log.late, stored.late));
  for (const channel of [BY_HTTP, QUIET]) {
    const head = stored.heads.get(channelFeed(channel)) ?? 0;
    const behind = sockets.filter((socket) => socket.position(channel) !== head).length;
    if (behind > 0) faults.push(`${behind} clients are not at the head ${head} of ${channel}`);
  }
  const books = lives.map((life) => lossesOf(life, log));
  faults.push(...books.flatMap((life) => life.faults));
  const sum = (of: (life: Losses) => number) => books.reduce((total, life) => total + of(life), 0);
  return {
    kills,
    acknowledged: acknowledged.size,
    resent: sender.resent,
    socketReactions: sum(({ sent }) => sent),
    socketLost: sum(({ lost }) => lost),
    lostAgeMs: books.map(({ ageMs }) => ageMs),
    faults,
  };
}

interface Losses {
  readonly sent: number;
  readonly lost: number;
  readonly ageMs: number;
  readonly faults: readonly string[];
}

/** Sockets number nothing: each client's reactions of a life are counted, in the order in which they were sent. */
function lossesOf({ endedAt, nextAt, sent, startedAt }: Life, { digests }: LogBooks): Losses {
  const own = digests.filter(({ at, channel }) => channel === BY_SOCKET && at >= startedAt - 100 && at < nextAt - 100);
  const faults: string[] = [];
  let [all, lost, oldest] = [0, 0, endedAt];
  for (const [emote, times] of sent) {
    const got = own.reduce((sum, { counts }) => sum + (counts[emote] ?? 0), 0);
    // Sent between the note and the kill: a few at most.
    if (got > times.length + 3) faults.push(`${emote}: ${got} counted of ${times.length} sent`);
    all += times.length;
    lost += Math.max(0, times.length - got);
    oldest = Math.min(oldest, times[got] ?? oldest);
  }
  return { sent: all, lost, ageMs: endedAt - oldest, faults };
}

function sumOf(sums: ReadonlyMap<string, number>, channel: string): number {
  return [...sums].filter(([place]) => place.startsWith(`${channel} `)).reduce((sum, [, n]) => sum + n, 0);
}

function unequal(what: string, logged: ReadonlyMap<string, number>, stored: ReadonlyMap<string, number>): string[] {
  const places = new Set([...logged.keys(), ...stored.keys()]);
  return [...places].flatMap((place) =>
    logged.get(place) === stored.get(place)
      ? []
      : [`${what} ${place}: ${logged.get(place) ?? 'nothing'} in the log, ${stored.get(place) ?? 'nothing'} stored`],
  );
}
