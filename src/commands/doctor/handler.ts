import type { HandlerInput } from '../../cli/command.ts';
import { exitCodes } from '../../contract/errors.ts';
import { sanitize } from '../../output/sanitize.ts';
import type { Finding } from './finding.ts';
import {
  buildFindings,
  clockFinding,
  homeFindings,
  jdkFindings,
  memoryFinding,
  nodeFinding,
  terminalFindings,
} from './machine.ts';
import { cacheFinding, clusterFindings, portFindings } from './stack.ts';

export async function runDoctor({
  io,
  global,
  output,
  signal,
  config,
}: HandlerInput<object>): Promise<number> {
  const loaded = config();
  const built = await buildFindings();
  const findings: Finding[] = [
    nodeFinding(),
    ...jdkFindings(),
    ...built,
    ...(built.every(({ state }) => state === 'ok') ? [await cacheFinding(global.home)] : []),
    memoryFinding(),
    ...homeFindings(global.home),
    ...(await portFindings(global.home, loaded)),
    ...(await clusterFindings(loaded, signal)),
    ...terminalFindings(io),
    clockFinding(),
  ];
  const count = (wanted: Finding['state']) => findings.filter(({ state }) => state === wanted).length;
  const failures = count('failure');
  output.object({ ok: failures === 0, findings }, (paint) => {
    const marks = {
      ok: paint.green('ok     '),
      warning: paint.yellow('warning'),
      failure: paint.red('failure'),
    };
    return findings
      .flatMap(({ name, state, detail, remedy }) => [
        `${marks[state]}  ${name.padEnd(17)} ${sanitize(detail)}`,
        ...(remedy === undefined ? [] : [`${' '.repeat(27)}${paint.cyan(remedy)}`]),
      ])
      .join('\n');
  });
  output.note(`${counted(failures, 'failure')}, ${counted(count('warning'), 'warning')}.`);
  return failures === 0 ? exitCodes.ok : exitCodes.failed;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
