import { digestOfSecond, MessageActivity, PartitionEngine, seededRandom } from '@ovation/moments';
import { emoteKey, type Moment } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { createDemoAudience } from './demo-audience.ts';
import { seededStream } from './random.ts';

const START = Date.UTC(2026, 0, 1);

/** What `surge` finds in the first seconds of the demo audience, by the second in which it said so. */
function surgesOf(seed: number, seconds: number): { second: number; moment: Moment }[] {
  const audience = createDemoAudience(seededRandom(seed), { random: seededStream(seed, 5), seed });
  const activity = new MessageActivity({ newcomers: true });
  const engine = new PartitionEngine({ detectors: [] });
  const found: { second: number; moment: Moment }[] = [];
  let offset = 0;
  for (let second = 0; second < seconds; second += 1) {
    const t = START + 1_000 * second;
    const { emotes, messages } = audience.second();
    const items = emotes.map((emote) => ({ t, e: emoteKey(emote) ?? '' }));
    const at = { appendedAt: t + 200 };
    engine.apply({ ...at, offset, record: { k: 'i', src: 'raw/0', seq: offset++, ch: 'demo', items } });
    for (const message of messages) activity.add({ ...message, at: t / 1_000 });
    const chat = activity.end();
    if (chat) {
      const ch = { demo: digestOfSecond(chat) };
      engine.apply({ ...at, offset, record: { k: 'd', src: 'chat', seq: offset++, t, ch } });
    }
    found.push(...engine.takeOutput().moments.map((moment) => ({ second, moment })));
  }
  return found;
}

describe('surge over the demo audience', () => {
  it('says nothing while it learns the audience, and something within five minutes', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const found = surgesOf(seed, 300);
      expect(found.length).toBeGreaterThan(0);
      expect(found[0]?.second).toBeGreaterThanOrEqual(140);
    }
  });

  it('explains itself with what was tapped and said', () => {
    const confirmed = surgesOf(3, 900).filter(({ moment }) => moment.final);
    expect(confirmed.length).toBeGreaterThan(3);
    for (const { moment } of confirmed) {
      expect(moment.reasons?.reactions[0]?.emote).toMatch(/^unicode:/);
      expect(moment.reasons?.rate.peak).toBeGreaterThan(moment.reasons?.rate.base ?? 0);
      expect(moment.reasons?.samples).toHaveLength(3);
    }
  });
});
