import type { TopicSpec } from '@ovation/protocol';
import type { metadataV12 } from '@platformatic/kafka';
import type { KafkaService } from '../../../config/services.ts';
import type { Clock } from '../../../ports/clock.ts';

export interface KafkaExamination {
  readonly service: KafkaService;
  /** the topics of this installation, as they would be made */
  readonly topics: readonly TopicSpec[];
  readonly clock: Clock;
}

/** A topic as the brokers have it. */
export interface FoundTopic {
  readonly partitions: metadataV12.MetadataResponse['topics'][number]['partitions'];
  readonly settings: ReadonlyMap<string, string>;
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
}
