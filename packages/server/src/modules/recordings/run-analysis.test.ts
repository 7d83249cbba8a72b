import { expect, it } from 'vitest';
import { runAnalysis } from './run-analysis.ts';

const limits = { maxBytes: 1e9, unpackedMaxBytes: 1e9, heapMaxMb: 64 };
const LINES = 2_000;

/** Everybody writes in the same second, each under another name. */
async function* crowd(pieces: number) {
  for (let piece = 0; piece < pieces; piece += 1) {
    const line = (n: number) => `[2026-01-01 00:00:01 UTC] viewer${piece}x${n}: hello`;
    yield Buffer.from(`${Array.from({ length: LINES }, (_, n) => line(n)).join('\n')}\n`);
  }
}

it(
  'a file that needs more memory than there is ends its own process, not the server',
  { timeout: 200_000 },
  async () => {
    const { signal } = new AbortController();
    await expect(runAnalysis(crowd(10_000), limits, signal)).rejects.toMatchObject({
      kind: 'unreadable',
      message: expect.stringContaining('needs more memory'),
    });
    expect(await runAnalysis(crowd(1), limits, signal)).toMatchObject({ messages: LINES });
  },
);

it('an analysis that nobody wants any more ends at once', { timeout: 200_000 }, async () => {
  const gone = new AbortController();
  const analysis = runAnalysis(crowd(1_000_000), { ...limits, heapMaxMb: 512 }, gone.signal);
  setTimeout(() => gone.abort(new Error('gone')), 500);
  await expect(analysis).rejects.toThrow('gone');
});
