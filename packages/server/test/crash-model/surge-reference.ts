import { type ChannelFinding, surge } from '@ovation/moments';
import { analysisOf, DEFAULT_SETTINGS } from '@ovation/protocol';

// `surge` looks at neither settings nor the append time of a record.
const CONTEXT = { analysis: analysisOf(DEFAULT_SETTINGS), appendedAt: 0 };

/** What was counted, as the reference has it. */
interface Addition {
  readonly index: number;
  readonly at: number;
  readonly emote: string;
  readonly n: number;
  readonly reactors: number;
}

/**
 * What `surge` says of a channel, record by record. Its arithmetic is its own (packages/moments has the tests of that);
 * what is checked here is that state, order and time reach it as if nobody had ever died.
 */
export function surgeFindings(
  times: readonly number[],
  additions: readonly Addition[],
): { index: number; finding: ChannelFinding }[] {
  const state = surge.start();
  const byRecord = Map.groupBy(additions, ({ index }) => index);
  const secondOf = (at: number) => Math.floor(at / 1_000) * 1_000;
  return [...times.entries()].flatMap(([index, time]) => {
    for (const { at, emote, n, reactors } of byRecord.get(index) ?? []) {
      surge.onActivity(state, { at, activity: { e: { [emote]: n }, r: reactors, m: 0, a: 0, f: {} } }, CONTEXT);
    }
    const passed = { from: secondOf(times[index - 1] ?? 0), to: secondOf(time) };
    if (passed.to <= passed.from || state.first === -1) return [];
    return surge.onSecond(state, passed, CONTEXT).map((finding) => ({ index, finding }));
  });
}
