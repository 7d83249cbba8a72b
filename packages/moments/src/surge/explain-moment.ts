import type { SecondActivity } from '../activity-of-messages/second-activity.ts';
import type { FoundMoment, FoundReasons } from '../found-moment.ts';
import type { AudienceSeries } from './audience-series.ts';
import { flagsOf } from './flags-of-activity.ts';
import { kindOfReactions } from './kind-of-reactions.ts';
import { chooseSamples } from './choose-samples.ts';

/** The rate before a moment is taken over this many seconds. */
const BEFORE_S = 600;
const TOP_REACTIONS = 3;

/** Reasons of the range `start` (included) to `end` (excluded). */
export function explainMoment(
  series: Pick<AudienceSeries, 'activities'>,
  { start, end }: Pick<FoundMoment, 'start' | 'end'>,
): FoundReasons {
  const inside = series.activities(start, end - 1);
  const before = series.activities(start - BEFORE_S, start - 1);
  const reactions = sumReactions(inside);
  const ranked = [...reactions].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const authors = sumAuthors(inside);
  const top = ranked.slice(0, TOP_REACTIONS).map(([reaction, count]) => ({ reaction, count }));
  return {
    rate: { now: messagesPerSecond(inside), base: messagesPerSecond(before) },
    messages: inside.reduce((sum, { messages }) => sum + messages, 0),
    authors: authors.size,
    reactions: top,
    samples: chooseSamples(
      inside.flatMap(({ samples }) => samples),
      top.map(({ reaction }) => reaction),
    ),
    kind: kindOfReactions(reactions),
    flags: flagsOf(inside, before, authors),
  };
}

function messagesPerSecond(seconds: readonly SecondActivity[]): number {
  const messages = seconds.reduce((sum, second) => sum + second.messages, 0);
  return seconds.length === 0 ? 0 : messages / seconds.length;
}

function sumReactions(seconds: readonly SecondActivity[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const { reactions } of seconds) {
    for (const [reaction, weight] of reactions) sum.set(reaction, (sum.get(reaction) ?? 0) + weight);
  }
  return sum;
}

function sumAuthors(seconds: readonly SecondActivity[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const { authors } of seconds) {
    for (const [author, messages] of authors) sum.set(author, (sum.get(author) ?? 0) + messages);
  }
  return sum;
}
