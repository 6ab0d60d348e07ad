import { type BootstrapItem, bootstrap } from '../../bootstrap/bootstrap.ts';
import type { HandlerInput } from '../../cli/command.ts';
import { AppError } from '../../contract/errors.ts';
import { renderTable } from '../../output/table.ts';

interface BootstrapCommandOptions {
  readonly check: boolean;
  readonly fix: boolean;
}

/** @throws AppError DRIFT with `--check` when anything is missing or differs */
export async function runBootstrap(input: HandlerInput<BootstrapCommandOptions>): Promise<undefined> {
  const { options, output, signal } = input;
  const { settings } = input.config();
  const result = await bootstrap(settings, { check: options.check, correct: options.fix, signal });
  output.object({ drift: result.drift, items: result.items }, () => itemsTable(result.items));
  if (!result.drift) return;
  if (options.check) {
    throw new AppError('DRIFT', 'What exists is not what the contract says', {
      hint: nextStep(result.items),
    });
  }
  output.warn(`some of it differs from the contract. ${nextStep(result.items)}`);
}

function itemsTable(items: readonly BootstrapItem[]): string {
  return renderTable(
    [
      { title: 'KIND', value: ({ kind }) => kind },
      { title: 'NAME', value: ({ name }) => name },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'DRIFT', value: ({ drift }) => drift.map(driftText).join('; ') },
    ],
    items,
  );
}

function driftText({ setting, wanted, found }: BootstrapItem['drift'][number]): string {
  return `${setting} is ${found === '' ? 'not there' : found}, not ${wanted}`;
}

function nextStep(items: readonly BootstrapItem[]): string {
  if (items.some(({ state }) => state === 'missing'))
    return 'Create what is missing with `twitchstats bootstrap`.';
  const fixable = items.some(
    ({ kind, drift }) =>
      kind === 'topic' &&
      drift.some(({ setting }) => setting !== 'partitions' && setting !== 'replication.factor'),
  );
  return fixable
    ? 'Set topic configurations back with `twitchstats bootstrap --fix`.'
    : 'None of this is set back by itself: change it by hand (docs/production.md), or set the settings to what exists.';
}
