import { type TopicSpec, topicSpecs, TOPICS } from '@ovation/protocol';
import type { Config } from '../config/config.ts';
import type { EventLog, TopicInfo } from '../ports/event-log.ts';

const DAY_MS = 86_400_000;
/** They hold every reaction, so their partitions bound how many analyzers can work side by side. */
const WIDE: ReadonlySet<string> = new Set([TOPICS.activity, TOPICS.rawEmoteData]);

type TopicConfig = Pick<Config, 'aggregatedTopic' | 'rawTopic' | 'retention' | 'services'>;

/** The topics of this installation. */
export function topicsOf({ aggregatedTopic, rawTopic, retention, services }: TopicConfig): TopicSpec[] {
  const names: Record<string, string> = {
    [TOPICS.rawEmoteData]: rawTopic,
    [TOPICS.aggregatedEmoteData]: aggregatedTopic,
  };
  const lettersMs = retention.deadLetterDays * DAY_MS;
  return topicSpecs(services.kafka ? 'cluster' : 'embedded').map((spec) => ({
    ...spec,
    name: names[spec.name] ?? spec.name,
    partitions: WIDE.has(spec.name) ? (services.kafka?.partitions ?? spec.partitions) : spec.partitions,
    retentionMs: spec.name === TOPICS.deadLetter ? lettersMs : spec.retentionMs,
  }));
}

/** Makes every topic and answers what is recorded of `activity`. */
export async function createTopics(eventLog: EventLog, config: TopicConfig): Promise<TopicInfo> {
  const specs = topicsOf(config);
  const topics = await Promise.all(specs.map((spec) => eventLog.createTopic(spec)));
  const letters = specs.find(({ name }) => name === TOPICS.deadLetter);
  const made = topics.find(({ name }) => name === TOPICS.deadLetter);
  // The topic may be there since a start with another number of days.
  if (letters && made?.retentionMs !== letters.retentionMs) await eventLog.keepFor(letters.name, letters.retentionMs);
  const activity = topics.find(({ name }) => name === TOPICS.activity);
  if (!activity) throw new Error(`Topic ${TOPICS.activity} could not be made`);
  return activity;
}
