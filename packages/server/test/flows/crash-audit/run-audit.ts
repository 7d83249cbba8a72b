import path from 'node:path';
import { channelFeed } from '@ovation/protocol';
import { runOvation, type ServerProcess, startServer } from '../../../../../test/server-process.ts';
import { AuditSocket } from './audit-socket.ts';
import { BatchSender, pause } from './batch-sender.ts';
import { type LogBooks, readLogBooks, readStoredBooks } from './read-books.ts';

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
  /** what happens to a server while it works, beside the kill at its end */
  disturb?(server: ServerProcess, life: number): Promise<void>;
  /** see startServer */
  readonly launcher?: readonly string[];
  /** where this process finds the log; default: in the folder */
  readonly logFolder?: string;
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
  /** what the log lacks of a life: from the end of its last slot in the log to the kill, ms, per kill */
  readonly unsavedMs: readonly number[];
  /** how often the log stood still for more than 2.5 s while sockets reacted, and how long in all, ms */
  readonly standstills: { readonly count: number; readonly ms: number };
  /** everything that must not be, as sentences; empty = the audit holds */
  readonly faults: readonly string[];
}

const BY_HTTP = 'audit-http';
const BY_SOCKET = 'audit-socket';
const QUIET = 'audit-quiet';
const STANDSTILL_MS = 60_000;
const SLOT_MS = 100;

interface Life {
  readonly startedAt: number;
  readonly endedAt: number;
  /** when the next server was started */
  readonly nextAt: number;
  /** in good order: then nothing may be missing */
  readonly isStopped: boolean;
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
    await react(sockets, { sender, options, disturbance: options.disturb?.(server, life) });
    // The last life ends in good order.
    if (life === kills) break;
    // Noted before it dies: what is sent to a dead server is not lost by it.
    const endedAt = Date.now();
    const sent = sentUntil(endedAt, sockets);
    await server.kill('SIGKILL');
    const nextAt = Date.now();
    lives.push({ startedAt, endedAt, nextAt, sent, isStopped: false });
    options.onLife?.(reportOf(lives));
    startedAt = nextAt;
    server = await start(options);
  }
  sender.stop();
  await sending;
  await send(server, 'PUT', `/api/v1/channels/${QUIET}/settings`, { interval: 7 });
  while (sockets.some((socket) => socket.position(QUIET) < 1)) await pause(20);
  const heads = await settled(options, sockets);
  const endedAt = Date.now();
  const sent = sentUntil(endedAt, sockets);
  lives.push({ startedAt, endedAt, nextAt: Number.POSITIVE_INFINITY, sent, isStopped: true });
  const ending = await server.kill('SIGTERM');
  if (ending !== 0) throw new Error(`The last server ended with ${ending}: ${server.stderr.join('\n')}`);
  for (const socket of sockets) socket.close();
  return audit(options, { sockets, sender, lives, heads });
}

function start({ folder, launcher }: AuditOptions): Promise<ServerProcess> {
  return startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off', OVATION_LIMITS: 'off' }, [], launcher);
}

function sentUntil(endedAt: number, sockets: readonly AuditSocket[]): Map<string, number[]> {
  return new Map(sockets.map(({ emote, sent }) => [`text:${emote}`, sent.filter((at) => at <= endedAt)]));
}

async function send({ url }: ServerProcess, method: string, address: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}${address}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${address} was answered ${response.status}: ${await response.text()}`);
}

interface Reacting {
  readonly sender: BatchSender;
  readonly options: AuditOptions;
  readonly disturbance: Promise<void> | undefined;
}

/**
 * Each socket reacts at its pace for a random while, until the disturbance is over, and until the server, however busy,
 * has taken some batches.
 */
async function react(sockets: readonly AuditSocket[], { disturbance, options, sender }: Reacting): Promise<void> {
  const {
    life: [least, most],
    reactionsPerSecond,
  } = options;
  const until = Date.now() + least + Math.random() * (most - least);
  const startedAt = Date.now();
  const before = sender.answered;
  let isDisturbed = disturbance !== undefined;
  const over = disturbance?.finally(() => (isDisturbed = false));
  for (let at = startedAt, next = 0; at < until || isDisturbed || sender.answered < before + 2; at = Date.now()) {
    const due = ((at - startedAt) * sockets.length * reactionsPerSecond) / 1_000;
    for (; next < due; next += 1) sockets[next % sockets.length]?.react();
    await pause(20);
  }
  await over;
}

/** What is stored of the log's reactions: in closed windows, in windows that wait, and as late. */
const STORED = `select coalesce((select sum(collected) from activity_windows), 0)
  + coalesce((select sum((w ->> 'collected')::bigint)
      from analyzer_channels, jsonb_array_elements(state -> 'windows') w), 0)
  + coalesce((select sum(n) from late_counts), 0) as n`;

/** Until all that was sent is analysed and told to everybody. Answers the heads of the feeds up to which it was told. */
async function settled(
  { folder, logFolder = path.join(folder, 'log') }: AuditOptions,
  sockets: readonly AuditSocket[],
): Promise<ReadonlyMap<string, number>> {
  const ask = async (statement: string) => {
    const { stdout } = await runOvation(['sql', statement, '--json'], { OVATION_DATA_DIR: folder });
    return JSON.parse(stdout) as { place?: string; n: number | string }[];
  };
  const stored = async () => Number((await ask(STORED))[0]?.n);
  // What sockets sent last is on its way to the log for a fraction of a second.
  await pause(1_500);
  const { late, windows } = await readLogBooks(logFolder, BY_SOCKET);
  const logged = [...windows.values(), ...late.values()].reduce((sum, n) => sum + n, 0);
  // An analyzer that stands still will not bring more: the books say what is missing.
  for (let [n, at] = [await stored(), Date.now()]; n !== logged && Date.now() < at + STANDSTILL_MS;) {
    const now = await stored();
    if (now !== n) [n, at] = [now, Date.now()];
  }
  const feeds = await ask('select feed as place, seq as n from feeds');
  const headOf = (channel: string) => Number(feeds.find(({ place }) => place === channelFeed(channel))?.n ?? 0);
  const heads = new Map([BY_HTTP, QUIET].map((channel) => [channel, headOf(channel)]));
  const isBehind = (socket: AuditSocket) => [...heads].some(([channel, head]) => socket.position(channel) < head);
  const askedAt = Date.now();
  while (sockets.some(isBehind) && Date.now() < askedAt + STANDSTILL_MS) await pause(20);
  return heads;
}

function reportOf(lives: readonly Life[]): LifeReport {
  const life = lives.at(-1);
  if (!life) throw new Error('There was no life');
  const sent = [...life.sent.values()].flat();
  const lastedMs = life.endedAt - Math.min(...sent);
  return { number: lives.length, lastedMs, reactionsPerSecond: (sent.length / lastedMs) * 1_000 };
}

interface Audited {
  readonly lives: readonly Life[];
  readonly sender: BatchSender;
  readonly sockets: readonly AuditSocket[];
  /** everybody was told up to these, at least */
  readonly heads: ReadonlyMap<string, number>;
}

async function audit(
  { folder, kills, logFolder = path.join(folder, 'log') }: AuditOptions,
  { heads, lives, sender, sockets }: Audited,
): Promise<AuditReport> {
  const acknowledged = sender.acknowledged();
  const log = await readLogBooks(logFolder, BY_SOCKET);
  const stored = await readStoredBooks(folder);
  const faults = sockets.flatMap((socket) => socket.faults);
  const missing = [...acknowledged].filter((id) => !log.ids.has(id)).length;
  if (missing > 0) faults.push(`${missing} acknowledged ids are not in the log`);
  const counted = sumOf(stored.windows, BY_HTTP) + sumOf(stored.late, BY_HTTP);
  if (counted !== log.ids.size) faults.push(`${log.ids.size} ids are in the log, but ${counted} were counted`);
  faults.push(...unequal('window', log.windows, stored.windows), ...unequal('late count', log.late, stored.late));
  for (const [channel, told] of heads) {
    // The minute may have turned between the last question and the stop: then there is more than was told.
    const head = stored.heads.get(channelFeed(channel)) ?? 0;
    const wrong = sockets.map((socket) => socket.position(channel)).filter((at) => at < told || at > head).length;
    if (wrong > 0) faults.push(`${wrong} clients are not at the head ${told} to ${head} of ${channel}`);
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
    lostAgeMs: books.slice(0, kills).map(({ ageMs }) => ageMs),
    unsavedMs: books.slice(0, kills).map(({ unsavedMs }) => unsavedMs),
    standstills: { count: log.standstillsMs.length, ms: log.standstillsMs.reduce((total, ms) => total + ms, 0) },
    faults,
  };
}

interface Losses {
  readonly sent: number;
  readonly lost: number;
  readonly ageMs: number;
  readonly unsavedMs: number;
  readonly faults: readonly string[];
}

/** Sockets number nothing: each client's reactions of a life are counted, in the order in which they were sent. */
function lossesOf({ endedAt, isStopped, nextAt, sent, startedAt }: Life, { digests }: LogBooks): Losses {
  const own = digests.filter(({ channel, since }) => channel === BY_SOCKET && since >= startedAt && since < nextAt);
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
  if (isStopped && lost > 0) faults.push(`${lost} of ${all} reactions are missing although the server was stopped`);
  const lastSlotEnd = Math.max(...own.map(({ at }) => at)) + SLOT_MS;
  return { sent: all, lost, ageMs: endedAt - oldest, unsavedMs: Math.max(0, endedAt - lastSlotEnd), faults };
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
