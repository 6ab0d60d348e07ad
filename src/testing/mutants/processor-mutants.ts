import type { Mutant } from './mutant.ts';

const scala = 'processor/src/main/scala/twitchstats/processor';
const specs = 'processor/src/test/scala/twitchstats/processor';
const countProcessor = `${scala}/count/CountProcessor.scala`;
const sendingPace = `${scala}/count/SendingPace.scala`;
const countSpec = `${specs}/count/CountProcessorSpec.scala`;
const commitOrder = 'src/testing/ledger/commit-order.integration.test.ts';

/** Defects in the Scala processor. Each costs a build; the last ones also real servers. */
export const processorMutants: readonly Mutant[] = [
  {
    name: 'dedupe-off',
    what: 'a redelivered message counts again',
    file: countProcessor,
    find: 'WindowState(key, memory, deduplicate)',
    replace: 'WindowState(key, memory, false)',
    test: { kind: 'spec', file: countSpec, name: 'a message is counted once, however often it comes' },
  },
  {
    name: 'window-by-arrival',
    what: 'the window is that of the arrival, not of the message',
    file: countProcessor,
    find: 'startOf(m.timestamp, windowSizeMs)',
    replace: 'startOf(record.timestamp, windowSizeMs)',
    test: {
      kind: 'spec',
      file: countSpec,
      name: 'a late message corrects its own window, and channel-stats stays at the newest',
    },
  },
  {
    name: 'no-time-between-commits',
    what: 'the next commit is asked for an interval after a slow one, however long that took',
    file: sendingPace,
    find: 'if workedMs >= intervalMs.max(longestMs.min(SendingPace.MostHeldMs)) then',
    replace: 'if workedMs >= intervalMs.max(longestMs.min(SendingPace.MostHeldMs).min(0)) then',
    test: {
      kind: 'spec',
      file: countSpec,
      name: 'a thread that was held up works on records before it sends again',
    },
  },
  {
    name: 'newest-steps-back',
    what: 'a correction of an old window goes to channel-stats',
    file: countProcessor,
    find: 'if newest.isNewest(window.key, store) then',
    replace: 'if newest.isNewest(window.key, store) || window.key.start > 0 then',
    test: {
      kind: 'spec',
      file: countSpec,
      name: 'channel-stats does not step back after a restart either',
    },
  },
  {
    name: 'random-message-id',
    what: 'a message without an id gets a new one at each delivery',
    file: `${scala}/message/Decoder.scala`,
    find: 'MessageId.of(raw.messageId, place)',
    replace: 'MessageId.of(java.util.UUID.randomUUID.toString, place)',
    test: {
      kind: 'spec',
      file: `${specs}/message/DecoderSpec.scala`,
      name: 'six fields are a message: the name falls back to the id, the id to the place in the log',
    },
  },
  {
    name: 'gap-in-memory-only',
    what: 'a gap is told to the windows in memory, and to no other',
    file: `${scala}/count/CutWindows.scala`,
    find: 'if cache.has(key) || wasSentWithout(gap, meta) => key',
    replace: 'if cache.has(key) && meta.updatedAt >= 0 => key',
    test: {
      kind: 'spec',
      file: `${specs}/count/CountGapsSpec.scala`,
      name: 'a gap is told of windows that left memory too, and of no others',
    },
  },
  {
    name: 'commit-past-unfinished',
    what: 'the archiver commits behind the newest write instead of the oldest unfinished one',
    file: `${scala}/archive/OffsetTracker.scala`,
    find: 'unsettled.headOption.fold(next)(_.offset)',
    replace: 'next',
    test: {
      kind: 'spec',
      file: `${specs}/archive/OffsetTrackerSpec.scala`,
      name: 'commits below the lowest unfinished offset, and no further',
    },
  },
  {
    name: 'acknowledged-is-safe',
    what: 'the archiver commits what Cassandra has only just acknowledged',
    file: `${scala}/archive/Archiver.scala`,
    find: 'health.lastAnswerNanos - settleMs * 1_000_000',
    replace: 'health.lastAnswerNanos',
    test: {
      kind: 'spec',
      file: `${specs}/archive/ArchiverSpec.scala`,
      name: 'what Cassandra acknowledged lately is not committed, not even at a stop',
    },
  },
  {
    name: 'lost-node-ignored',
    what: 'what a lost node had acknowledged is not written again',
    file: `${scala}/archive/Archiver.scala`,
    find: 'health.takeLoss()',
    replace: 'false',
    test: {
      kind: 'spec',
      file: `${specs}/archive/ArchiverSpec.scala`,
      name: 'what a lost node had acknowledged is read and written again',
    },
  },
  {
    name: 'write-not-awaited',
    what: 'a write to Cassandra counts as done when it was sent',
    file: `${scala}/archive/Writer.scala`,
    find: 'metrics.inFlight(sent.incrementAndGet())\n    send(write)',
    replace: 'metrics.inFlight(sent.incrementAndGet())\n    send(write)\n    done.add(write): Unit',
    test: {
      kind: 'integration',
      jar: true,
      file: commitOrder,
      name: 'commits nothing that Cassandra has not taken: a killed archiver loses no row',
    },
  },
  {
    name: 'auto-commit',
    what: 'the archiver leaves its commits to the Kafka client',
    file: `${scala}/roles/ArchiveRole.scala`,
    find: 'ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG -> false,',
    replace:
      'ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG -> true, ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG -> 200,',
    test: {
      kind: 'integration',
      jar: true,
      file: commitOrder,
      name: 'commits nothing that Cassandra has not taken: a killed archiver loses no row',
    },
  },
  {
    name: 'at-least-once',
    what: 'the count runs without transactions',
    file: `${scala}/count/StreamsProperties.scala`,
    find: 'settings.count.guarantee.configValue',
    replace: 'StreamsConfig.AT_LEAST_ONCE',
    test: {
      kind: 'integration',
      jar: true,
      file: commitOrder,
      name: 'tells each dead letter once, though the count is killed before it has committed',
    },
  },
];
