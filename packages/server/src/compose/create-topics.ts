import { type TopicSpec, topicSpecs, TOPICS } from '@ovation/protocol';
import type { Config } from '../config/config.ts';
import type { EventLog, TopicInfo } from '../ports/event-log.ts';

/** Makes every topic and answers what is recorded of `activity`. */
export async function createTopics(
  eventLog: EventLog,
  { aggregatedTopic, rawTopic }: Pick<Config, 'aggregatedTopic' | 'rawTopic'>,
): Promise<TopicInfo> {
  const names: Record<string, string> = {
    [TOPICS.rawEmoteData]: rawTopic,
    [TOPICS.aggregatedEmoteData]: aggregatedTopic,
  };
  const specs = topicSpecs('embedded').map((spec): TopicSpec => ({ ...spec, name: names[spec.name] ?? spec.name }));
  const topics = await Promise.all(specs.map((spec) => eventLog.createTopic(spec)));
  const activity = topics.find(({ name }) => name === TOPICS.activity);
  if (!activity) throw new Error(`Topic ${TOPICS.activity} could not be made`);
  return activity;
}
