import { execa } from 'execa';
import { interleave } from './compare.ts';
import { type CommandCost, measureCommand } from './measure-command.ts';
import type { Result } from './results.ts';
import { type Spread, spread } from './statistics.ts';

export interface CommandContender {
  readonly name: string;
  readonly line: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What tells from its output how many records it carried. Default: it prints a line each. */
  readonly counting?: string;
}

export interface CommandFigures {
  readonly name: string;
  readonly perSecond: Spread;
  /** Records for each second of CPU time. */
  readonly perCpuSecond: number;
  readonly peakMiB: number;
}

/**
 * Runs commands that each carry `records` records, interleaved, and says what they made of it.
 * @throws Error when one fails, or carries another number of records in the warm-up round
 */
export async function compareCommands(
  contenders: readonly CommandContender[],
  records: number,
  repetitions: number,
  say: (line: string) => void,
): Promise<CommandFigures[]> {
  const costs = new Map<string, CommandCost[]>(contenders.map(({ name }) => [name, []]));
  const counted = new Set<string>();
  const comparisons = await interleave(
    contenders.map(({ name, line, env, counting }) => ({
      name,
      run: async () => {
        if (!counted.has(name)) {
          await mustCarry(records, line, counting, env);
          counted.add(name);
        }
        const cost = await measureCommand(line, env);
        costs.get(name)?.push(cost);
        return records / cost.seconds;
      },
    })),
    repetitions,
    say,
  );
  const figures = comparisons.map(({ name, figure }) => {
    const measured = costs.get(name) ?? [];
    return {
      name,
      perSecond: figure,
      perCpuSecond: records / spread(measured.map(({ cpuSeconds }) => cpuSeconds)).median,
      peakMiB: Math.max(...measured.map(({ peakMiB }) => peakMiB)),
    };
  });
  for (const { name, perSecond, perCpuSecond, peakMiB } of figures) {
    const { median, low, high } = perSecond;
    say(
      `${name}: ${whole(median)}/s (${whole(low)}–${whole(high)}), ${whole(perCpuSecond)} a second of CPU, peak ${whole(peakMiB)} MiB`,
    );
  }
  return figures;
}

/** @throws Error when what the line of bash prints is not so many records by the count of `counting` */
export async function mustCarry(
  records: number,
  line: string,
  counting = 'wc -l',
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const counted = await execa('bash', ['-o', 'pipefail', '-c', `${line} | ${counting}`], { env });
  if (Number(counted.stdout) !== records)
    throw new Error(
      `${line}\ncarried ${counted.stdout.trim()} records of ${records}: this run does not count`,
    );
}

/** The first of the figures against the second. */
export function sayRatio(
  [ours, peer]: readonly CommandFigures[],
  bar: string,
  say: (line: string) => void,
): void {
  if (ours === undefined || peer === undefined) return;
  const ratio = (ours.perSecond.median / peer.perSecond.median).toFixed(2);
  const cpuRatio = (ours.perCpuSecond / peer.perCpuSecond).toFixed(2);
  // One that ends before it is looked at has none.
  const memory = peer.peakMiB > 0 ? `; memory ${(ours.peakMiB / peer.peakMiB).toFixed(2)} ×` : '';
  say(`ratio: ${ratio} × ${peer.name}${bar}; by CPU time ${cpuRatio} ×${memory}`);
}

/** The first of the figures beside the second; without that nothing, for a figure alone says more of the machine. */
export function ratioResult(
  what: string,
  unit: string,
  [ours, peer]: readonly CommandFigures[],
  bar?: Result['bar'],
): Result[] {
  if (ours === undefined || peer === undefined) return [];
  const beside = { name: peer.name, figure: peer.perSecond };
  return [{ what, unit, ours: ours.perSecond, peer: beside, ...(bar === undefined ? {} : { bar }) }];
}

export function whole(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
