import { expect, it, onTestFinished } from 'vitest';
import { createCli, eventually } from '../testing/e2e/cli.ts';
import { remainingProcesses } from '../testing/e2e/leaks.ts';

const patienceMs = 180_000;
const demo = ['up', '--demo', '-d', '--ports', 'auto', '--timeout', '200'];

it('reads channels that another `up` asks for while it starts', async () => {
  const cli = await createCli();
  onTestFinished(() => cli.dispose());
  const first = cli.run([...demo, '--channel', 'early_bird']);
  await eventually(cli.stack, ({ services }) => services.length > 0, patienceMs);
  const second = await cli.run([...demo, '--channel', 'night_owl']);
  expect(second.exitCode, second.stderr).toBe(0);
  expect((await first).exitCode).toBe(0);
  for (const channel of ['early_bird', 'night_owl'])
    await eventually(
      () => cli.run(['stats', channel]),
      ({ exitCode }) => exitCode === 0,
      patienceMs,
    );
  expect((await cli.run(['down'])).exitCode).toBe(0);
  expect(await remainingProcesses(cli.home, 0)).toEqual([]);
}, 600_000);
