/**
 * Many WebSocket clients in one process. While it is awake it never sleeps in the kernel: a client that does is woken by
 * every send, and the benchmark would measure those wake-ups (gateway.md 2.1). So it takes a core of its own, whole.
 */
import { Latencies, type LatencySummary } from './latencies.ts';
import { LoadClient, type Dialect, type Greeting } from './load-client.ts';

export type LoadOrder =
  | { do: 'wake' }
  | { do: 'rest' }
  | { do: 'connect'; port: number; clients: number; dialect: Dialect; greeting: Greeting }
  /** the same clients again, with what they were given to come back with */
  | { do: 'reconnect'; port: number }
  /** answers when so many messages have come, all in all: they may be here before the order is */
  | { do: 'expect'; messages: number }
  /** reactions from now on, evenly, of one client after the other */
  | { do: 'react'; perSecond: number }
  /** one reaction of each */
  | { do: 'burst' }
  /** what was measured since the last time */
  | { do: 'report' }
  /** so many read no more */
  | { do: 'stall'; clients: number }
  | { do: 'drop' };
export type LoadAnswer = 'done' | { tookMs: number } | Report;
export interface Report {
  /** of dated messages and ticks, without those of stalled clients, ms */
  latencies: LatencySummary;
  ticks: number;
  /** reactions said since the last time, and those that one client saw in ticks */
  said: number;
  shown: number;
}

/** Handshakes under way at once. */
const AT_ONCE = 200;
const clients: LoadClient[] = [];
const latencies = new Latencies();
const since = { ticks: 0, said: 0, shown: 0 };
let messages = 0;
let expected = Number.POSITIVE_INFINITY;
let pace = { perSecond: 0, since: 0, said: 0 };
let next = 0;
let isAwake = false;
let isTurning = false;

const events = {
  messages(client: LoadClient, count: number, at: number): void {
    messages += count;
    if (at > 0 && !client.isStalled) latencies.add(Date.now() - at);
    answerWhenAll();
  },
  tick(client: LoadClient, at: number, text: () => string): void {
    since.ticks += 1;
    if (at > 0 && !client.isStalled) latencies.add(Date.now() - at);
    if (client === clients.at(-1)) since.shown += reactionsIn(text());
  },
};

function reactionsIn(frame: string): number {
  let sum = 0;
  for (const line of frame.split('\n')) {
    const { k, t } = JSON.parse(line) as { k: string; t?: [number, number][] };
    if (k === 'tick' && t) for (const [, n] of t) sum += n;
  }
  return sum;
}

function answerWhenAll(): void {
  if (messages < expected) return;
  expected = Number.POSITIVE_INFINITY;
  answer('done');
}

function answer(value: LoadAnswer): void {
  process.send?.(value);
}

async function openAll(port: number): Promise<void> {
  const startedAt = performance.now();
  let opened = 0;
  const openSome = async () => {
    for (let client = clients[opened++]; client; client = clients[opened++]) await client.open(port);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, openSome));
  answer({ tookMs: performance.now() - startedAt });
}

function report(): Report {
  const all = { latencies: latencies.take(), ...since };
  Object.assign(since, { ticks: 0, said: 0, shown: 0 });
  return all;
}

function reactWhatIsDue(): void {
  const due = ((performance.now() - pace.since) / 1000) * pace.perSecond;
  for (; pace.said < due; pace.said += 1) {
    clients[next++ % clients.length]?.react();
    since.said += 1;
  }
}

/** Keeps the loop turning without ever sleeping. */
function turn(): void {
  if (pace.perSecond > 0) reactWhatIsDue();
  isTurning = isAwake;
  if (isAwake) setImmediate(turn);
}

const HANDLERS: { readonly [D in LoadOrder['do']]: (order: Extract<LoadOrder, { do: D }>) => LoadAnswer | undefined } =
  {
    wake() {
      isAwake = true;
      if (!isTurning) turn();
      return 'done';
    },
    rest() {
      isAwake = false;
      return 'done';
    },
    connect({ port, clients: count, dialect, greeting }) {
      for (let i = 0; i < count; i += 1) clients.push(new LoadClient(dialect, greeting, events));
      void openAll(port);
      return undefined;
    },
    reconnect({ port }) {
      void openAll(port);
      return undefined;
    },
    expect(order) {
      expected = order.messages;
      answerWhenAll();
      return undefined;
    },
    react({ perSecond }) {
      pace = { perSecond, since: performance.now(), said: 0 };
      return 'done';
    },
    burst() {
      for (const client of clients) client.react();
      since.said += clients.length;
      return 'done';
    },
    report,
    stall(order) {
      for (const client of clients.slice(0, order.clients)) client.stall();
      return 'done';
    },
    drop() {
      for (const client of clients) client.drop();
      return 'done';
    },
  };

process.on('message', (order: LoadOrder) => {
  // The table is typed per order, and `do` picks the entry of its own type.
  const handler = HANDLERS[order.do] as (order: LoadOrder) => LoadAnswer | undefined;
  const value = handler(order);
  if (value !== undefined) answer(value);
});
// Without the benchmark that started it, it ends.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
