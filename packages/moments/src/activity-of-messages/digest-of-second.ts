import {
  type ChannelActivity,
  type ChatEvidence,
  EVIDENCE_AUTHORS_MAX,
  EVIDENCE_REACTIONS_MAX,
  EVIDENCE_SAMPLES_MAX,
  EVIDENCE_TEXT_MAX,
} from '@ovation/protocol';
import { authorHash, joinAuthors } from './author-hash.ts';
import { presentableText } from './presentable-text.ts';
import type { SecondActivity } from './second-activity.ts';

const REACTION_MAX = 64;

/**
 * A second of messages as the activity of a digest (flows.md B1.2): `m` messages and `a` authors, `f.w` the weight that
 * `surge` adds up, the other `f` counts of messages that flood a chat, and `x` the evidence that explains a rise later.
 * Reactions are not in it, because other records count them exactly.
 */
export function digestOfSecond(second: SecondActivity): ChannelActivity {
  const { authors, features, messages, weight } = second;
  const f: Record<string, number> = { w: rounded(weight) };
  for (const [name, count] of Object.entries(features)) if (count > 0) f[name] = count;
  return { e: {}, r: 0, m: messages, a: authors.size, f, x: evidenceOf(second) };
}

/** The last millisecond of a second. */
const LAST_MS = 999;

function evidenceOf({ authors, reactions, samples, second }: SecondActivity): ChatEvidence {
  const ranked = [...reactions].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const hashes = [...authors].flatMap(([author, messages]) =>
    Array.from({ length: Math.min(messages, EVIDENCE_AUTHORS_MAX) }, () => authorHash(author)),
  );
  return {
    u: joinAuthors(hashes, EVIDENCE_AUTHORS_MAX),
    q: ranked
      .filter(([reaction]) => presentableText(reaction, REACTION_MAX) === reaction)
      .slice(0, EVIDENCE_REACTIONS_MAX)
      .map(([reaction, weight]) => [reaction, rounded(weight)]),
    s: samples
      .slice(0, EVIDENCE_SAMPLES_MAX)
      .map(({ at, author, text }): [string, number, string] => [
        author === '' ? '' : authorHash(author),
        Math.max(0, Math.min(LAST_MS, Math.round((at - second) * 1_000))),
        presentableText(text, EVIDENCE_TEXT_MAX),
      ])
      .filter(([, , text]) => text !== ''),
  };
}

function rounded(weight: number): number {
  return Math.round(weight * 1_000) / 1_000;
}
