import type { HandlerInput } from '../../../cli/command.ts';
import { beforeAborted } from '../../../contract/abort.ts';
import { readGroupLag } from '../../../kafka/group-lag.ts';
import { renderTable } from '../../../output/table.ts';
import { teach } from '../lesson.ts';

export async function inspectLag({ config, output, signal }: HandlerInput<unknown>): Promise<undefined> {
  const partitions = await beforeAborted(readGroupLag(config().settings), signal);
  teach(output, {
    data: { partitions, total: partitions.reduce((sum, { lag }) => sum + lag, 0) },
    human: () =>
      partitions.length === 0
        ? 'No group has committed an offset yet.'
        : renderTable(
            [
              { title: 'GROUP', value: ({ group }) => group },
              { title: 'STATE', value: ({ state }) => state },
              { title: 'TOPIC', value: ({ topic }) => topic },
              { title: 'PARTITION', align: 'right', value: ({ partition }) => partition },
              { title: 'COMMITTED', align: 'right', value: ({ committed }) => committed },
              { title: 'END', align: 'right', value: ({ end }) => end },
              { title: 'LAG', align: 'right', value: ({ lag }) => lag },
            ],
            partitions,
          ),
    explains:
      'Lag is what was written and not yet dealt with: the end of the log minus the offset that the group committed. ' +
      'The counter commits at intervals, inside its transactions, and the archiver two seconds late, when Cassandra can no longer forget ' +
      'the rows: so a small lag that comes and goes is health; one that only grows is not.',
  });
}
