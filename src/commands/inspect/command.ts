import type { CommandGroup } from '../../cli/command.ts';
import { inspectBatch } from './batch.ts';
import { inspectCompaction } from './compaction.ts';
import { inspectConsistency } from './consistency.ts';
import { inspectDeadLetters } from './dead-letters.ts';
import { inspectGaps } from './gaps.ts';
import { inspectLag } from './lag.ts';
import { inspectMessage } from './message.ts';
import { inspectPartitions } from './partitions.ts';
import { inspectTopics } from './topics.ts';
import { inspectTrace } from './trace.ts';
import { inspectTtl } from './ttl.ts';

export const inspectCommand: CommandGroup = {
  name: 'inspect',
  summary: 'Look into Kafka and Cassandra on your own data, and learn how they work.',
  description:
    'Each prints a table (an object with --json), and two sentences on stderr that say what is seen.',
  examples: [
    ['twitchstats inspect lag', 'is the pipeline keeping up?'],
    ['twitchstats inspect ttl forsen', 'when will this chat be gone?'],
    ['twitchstats inspect message ID', 'where did this message go?'],
  ],
  commands: [
    inspectTopics,
    inspectLag,
    inspectGaps,
    inspectDeadLetters,
    inspectMessage,
    inspectPartitions,
    inspectTtl,
    inspectCompaction,
    inspectTrace,
    inspectConsistency,
    inspectBatch,
  ],
};
