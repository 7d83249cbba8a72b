import { digestOfSecond, MessageActivity, seededRandom } from '@ovation/moments';
import { emoteKey, TOPICS } from '@ovation/protocol';
import { sql } from 'kysely';
import { createDemoAudience } from '../../src/modules/simulation/demo-audience.ts';
import type { World } from './open-world.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** The analyzer takes more than 2.5 s between two records for a standstill of the log. */
const STEP_S = 2;
const COPIED_STEP_MS = 30_000;
/** A quiet channel has a reaction every ten minutes. */
const QUIET_EVERY_S = 600;

/** Milliseconds that a statement of somebody else has waited, in the order of asking. */
type Waits = number[];

export interface Players {
  readonly world: World;
  readonly waits: Waits;
  readonly quiet: number;
  /** bytes of the log a day, as measured on the running demo */
  readonly logBytesPerDay: number;
}

/** One day: some hours go through the whole product, and the other ones get copies of the rows of the first hour. */
export function createPlayer(players: Players) {
  const { quiet, waits, world } = players;
  const random = seededRandom(7);
  const audience = createDemoAudience(random, { random: seededRandom(9), seed: 7 });
  const chat = new MessageActivity({ newcomers: true });
  let sent = 0;

  function tap(channel: string, at: number, emotes: readonly string[]): void {
    const counts: Record<string, number> = {};
    for (const emote of emotes) {
      const key = emoteKey(emote) ?? emote;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    world.reactions.addActivity(channel, at, { e: counts, r: emotes.length, m: 0, a: 0, f: {} });
    sent += emotes.length;
  }

  function playSecond(at: number): void {
    const { emotes, messages } = audience.second();
    if (emotes.length > 0) tap('demo', at, emotes);
    for (const done of [...messages.map((message) => chat.add({ ...message, at: at / 1_000 })), chat.end()]) {
      if (done) world.reactions.addActivity('demo', 1_000 * done.second, digestOfSecond(done));
    }
  }

  async function playHour(): Promise<void> {
    for (let second = 0; second < HOUR_MS / 1_000; second += STEP_S) {
      const at = world.clock.now();
      await pass(world, waits, STEP_S * 1_000);
      for (let past = 0; past < STEP_S; past += 1) playSecond(at + past * 1_000);
      for (let n = 0; n < quiet; n += 1) if (random() < STEP_S / QUIET_EVERY_S) tap(`quiet-${n}`, at, ['🔥']);
      while (world.moments.counted < sent) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    playHour,
    async playDay(playedHours: number, onHour: () => void): Promise<void> {
      const first = world.clock.now();
      for (let hour = 0; hour < HOURS; hour += 1) {
        if (hour < playedHours) await playHour();
        else await copyHour(players, first, hour);
        onHour();
      }
    },
  };
}

/** Moves the clock, and asks the database something beside all that begins by it. */
async function pass({ clock, database }: World, waits: Waits, ms: number): Promise<void> {
  clock.advance(ms);
  const at = new Date(clock.now()).toISOString();
  const askedAt = performance.now();
  await sql`update soak_clock set at = ${at}::timestamptz`.execute(database.sql);
  waits.push(performance.now() - askedAt);
}

async function copyHour({ logBytesPerDay, waits, world }: Players, first: number, hour: number): Promise<void> {
  const steps = HOUR_MS / COPIED_STEP_MS;
  await copyRows(world, first, hour);
  const records = fillerOf(logBytesPerDay / HOURS / steps);
  for (let step = 0; step < steps; step += 1) {
    await world.eventLog.append(TOPICS.activity, records);
    await pass(world, waits, COPIED_STEP_MS);
  }
}

/** Digests of a number that was there before: they are read, and dropped as repeats. Each block takes two pages. */
function fillerOf(bytes: number): { partition: number; value: string }[] {
  const ch = { filler: { e: { '1f525': 3, '1f600': 2 }, r: 4, m: 1, a: 1, f: { w: 1, bots: 0, copies: 0, ads: 0 } } };
  const value = JSON.stringify({ k: 'd', src: 'f'.repeat(24), seq: 0, t: 0, ch });
  return Array.from({ length: Math.ceil(bytes / value.length) }, (_, index) => ({ partition: index % 3, value }));
}

/** What the first hour of the day left, once more; feeds go through the outbox and the relay. */
async function copyRows({ database }: World, first: number, hour: number): Promise<void> {
  const [from, to] = [first, first + HOUR_MS].map((at) => new Date(at).toISOString());
  const run = (text: string) =>
    sql
      .raw(text.replaceAll('FROM_', `'${from}'`).replaceAll('TO_', `'${to}'`).replaceAll('HOURS_', `${hour}`))
      .execute(database.sql);
  await run(`insert into activity_windows
    select channel, window_start + interval '1 hour' * HOURS_, collected, counts, settings_version, broadcast_id
    from activity_windows where window_start >= FROM_ and window_start < TO_ on conflict do nothing`);
  for (const table of ['significant_moments', 'audience_moments']) {
    await run(`insert into ${table}
      select md5(id || 'HOURS_'), emote, "timestamp" + interval '1 hour' * HOURS_, count, total, ratio,
        created_at + interval '1 hour' * HOURS_, channel, rev, body
      from ${table} where "timestamp" >= FROM_ and "timestamp" < TO_ on conflict do nothing`);
    // As many revisions as moments have.
    for (let rev = 0; rev < 6; rev += 1) {
      await run(`update ${table} set rev = rev + 1, body = body || '{}'
        where "timestamp" >= FROM_::timestamptz + interval '1 hour' * HOURS_ and "timestamp" < TO_::timestamptz + interval '1 hour' * HOURS_`);
    }
  }
  await run(`with copies as (
      insert into entries (feed, seq, key, body)
      select e.feed, f.seq + row_number() over (partition by e.feed order by e.seq), e.key || ':HOURS_', e.body
      from entries e join feeds f using (feed) where e.created_at >= FROM_ and e.created_at < TO_
        and e.feed <> 'system:control'
      returning feed, seq, key, body
    ), heads as (
      update feeds f set seq = c.seq from (select feed, max(seq) as seq from copies group by feed) c where c.feed = f.feed
    )
    insert into outbox (topic, key, feed, epoch, seq, body)
      select 'feeds', feed, feed, '${database.epoch}', seq, body from copies order by seq`);
}
