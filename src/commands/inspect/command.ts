import type { CommandGroup } from '../../cli/command.ts';
import { inspectBatch } from './batch/command.ts';
import { inspectCompaction } from './compaction/command.ts';
import { inspectConsistency } from './consistency/command.ts';
import { inspectDeadLetters } from './dead-letters/command.ts';
import { inspectGaps } from './gaps/command.ts';
import { inspectLag } from './lag/command.ts';
import { inspectMessage } from './message/command.ts';
import { inspectPartitions } from './partitions/command.ts';
import { inspectTopics } from './topics/command.ts';
import { inspectTrace } from './trace/command.ts';
import { inspectTtl } from './ttl/command.ts';

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
