import type { Settings } from '../config/settings.ts';
import { type TopicDefinition, type TopicNames, topicDefinitions } from '../contract/topics.ts';

export type TopicSettings = Pick<
  Settings,
  | 'KAFKA_TOPIC_CHAT_MESSAGES'
  | 'KAFKA_TOPIC_STATS'
  | 'KAFKA_TOPIC_WINDOWS'
  | 'KAFKA_TOPIC_DEAD_LETTERS'
  | 'KAFKA_TOPIC_INGEST_EVENTS'
  | 'KAFKA_TOPIC_OPT_OUTS'
  | 'KAFKA_TOPIC_PARTITIONS'
>;

/** The topics of the contract under the names and with the partition count that the settings give them. */
export function configuredTopics(settings: TopicSettings): TopicDefinition[] {
  return topicDefinitions(topicNames(settings), settings.KAFKA_TOPIC_PARTITIONS);
}

export function topicNames(settings: TopicSettings): TopicNames {
  return {
    chatMessages: settings.KAFKA_TOPIC_CHAT_MESSAGES,
    stats: settings.KAFKA_TOPIC_STATS,
    windows: settings.KAFKA_TOPIC_WINDOWS,
    deadLetters: settings.KAFKA_TOPIC_DEAD_LETTERS,
    ingestEvents: settings.KAFKA_TOPIC_INGEST_EVENTS,
    optOuts: settings.KAFKA_TOPIC_OPT_OUTS,
  };
}
