import type { HandlerInput } from '../../../cli/command.ts';
import { beforeAborted } from '../../../contract/abort.ts';
import { readTopicFacts } from '../../../kafka/topic-facts.ts';
import { renderTable } from '../../../output/table.ts';
import { formatSpan } from '../format.ts';
import { teach } from '../lesson.ts';

export async function inspectTopics({ config, output, signal }: HandlerInput<unknown>): Promise<undefined> {
  const topics = await beforeAborted(readTopicFacts(config().settings), signal);
  teach(output, {
    data: { topics },
    human: () =>
      renderTable(
        [
          { title: 'TOPIC', value: ({ name }) => name },
          {
            title: 'PARTITIONS',
            align: 'right',
            value: ({ exists, partitions }) => (exists ? partitions : 'missing'),
          },
          { title: 'REPLICAS', align: 'right', value: ({ replicas }) => replicas },
          { title: 'OFFSETS', align: 'right', value: ({ offsets }) => offsets },
          { title: 'CLEANUP', value: ({ cleanup }) => cleanup },
          {
            title: 'KEPT',
            value: ({ retention_ms, cleanup }) =>
              cleanup === 'compact' ? 'newest a key' : formatSpan(retention_ms),
          },
          { title: 'PURPOSE', value: ({ purpose }) => purpose },
        ],
        topics,
      ),
    explains:
      'A topic is an append-only log in partitions: order holds within a partition, and a key always goes to the same one. ' +
      'With cleanup "delete" records leave when they are old, with "compact" only the newest record of each key stays.',
  });
}
