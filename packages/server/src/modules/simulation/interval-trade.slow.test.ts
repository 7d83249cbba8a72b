import { readFileSync } from 'node:fs';
import { PartitionEngine, seededRandom } from '@ovation/moments';
import { DEFAULT_SETTINGS, analysisOf, emoteKey } from '@ovation/protocol';
import { expect, it } from 'vitest';
import { classicTick } from './classic-generator.ts';

/**
 * What an interval costs and gives: when a minute is first judged, and how often that finds a moment where nothing
 * happened, because the classic generator draws its emotes evenly.
 */
const MINUTES = 1_000;
const MINUTE_MS = 60_000;
const TICK_MS = 1_000;
const page = readFileSync(new URL('../../../../../docs/reference/detectors.md', import.meta.url), 'utf8');

/** Several classic generators at once, each at its own instant of the second. */
function measure(interval: number, generators: number): string[] {
  const random = seededRandom(1);
  const engine = new PartitionEngine({ channelDetectors: [] });
  const body = { ...analysisOf(DEFAULT_SETTINGS), interval };
  engine.apply({ offset: 0, appendedAt: MINUTE_MS, record: { k: 's', ch: 'one', ver: 1, body } });
  const firstJudged = new Map<number, number>();
  const collected = new Map<number, number>();
  const withMoment = new Set<string>();
  const slots = (MINUTES * MINUTE_MS * generators) / TICK_MS;
  for (let slot = 0; slot < slots; slot += 1) {
    const t = MINUTE_MS + Math.floor((slot * TICK_MS) / generators);
    const emotes = classicTick(random);
    const e = { [emoteKey(emotes[0] ?? '') ?? '']: emotes.length };
    const minute = Math.floor(t / MINUTE_MS);
    const sum = (collected.get(minute) ?? 0) + emotes.length;
    collected.set(minute, sum);
    if (sum >= interval && !firstJudged.has(minute)) firstJudged.set(minute, (t % MINUTE_MS) / 1_000);
    const ch = { one: { e, r: 1, m: 0, a: 0, f: {} } };
    engine.apply({ offset: slot + 1, appendedAt: t, record: { k: 'd', src: 'g', seq: slot, t, ch } });
    for (const moment of engine.takeOutput().moments) withMoment.add(moment.windowStart);
  }
  const waits = [...firstJudged.values()].toSorted((one, two) => one - two);
  const isUsual = waits.length > MINUTES / 2;
  const wait = isUsual ? `${Math.round(waits[Math.floor(waits.length / 2)] ?? Number.NaN)} s` : 'never';
  return [wait, `${((100 * withMoment.size) / MINUTES).toFixed(1)} %`];
}

it('docs/reference/detectors.md says what each interval waits and how often it is wrong (S2-23)', () => {
  const rows = [...page.matchAll(/^\| (1|30|300) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|/gm)];
  const said = rows.map(([, ...cells]) => cells.map((cell) => cell.trim()));
  expect(said).toEqual(
    [1, 30, 300].map((interval) => [String(interval), ...measure(interval, 1), ...measure(interval, 20)]),
  );
});
