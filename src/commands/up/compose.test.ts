import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagePaths } from '../../stack/paths.ts';
import { runCli } from '../../testing/run-cli.ts';
import { composeArguments } from './compose.ts';

const { composeFile: file, composeDemo } = packagePaths;

describe('up --infra compose', () => {
  it('names files that are there', () => {
    expect([file, composeDemo].filter((path) => !existsSync(path))).toEqual([]);
  });

  it('types what docs/compose.md says', () => {
    const wait = ['up', '--detach', '--wait', '--wait-timeout', '120'];
    expect(composeArguments({ demo: true, detach: true, timeout: 120 }, [])).toEqual([
      ...['compose', '-f', file, '--env-file', composeDemo],
      ...wait,
    ]);
    expect(composeArguments({ demo: false, detach: false, timeout: 120 }, ['forsen'])).toEqual([
      ...['compose', '-f', file, '--profile', 'live', 'up'],
    ]);
    expect(composeArguments({ demo: false, detach: false, timeout: 1 }, [])).toEqual([
      'compose',
      '-f',
      file,
      'up',
    ]);
  });

  it.each([
    [['--ports', 'auto'], '--ports is not for containers'],
    [['--json'], '--json is not for containers'],
    [['kafka'], 'In containers everything is started together'],
  ])('refuses %j, which means nothing there', async (argv, why) => {
    const { code, stderr } = await runCli(['up', '--infra', 'compose', ...argv]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  });

  it('refuses a channel of a variable that is not set', async () => {
    const { code, stderr } = await runCli(['up', '--infra', 'compose', '--channel', '']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--channel: is empty')]);
  });
});
