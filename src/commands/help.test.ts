import { describe, expect, it } from 'vitest';
import { runCli } from '../testing/run-cli.ts';
import { commands } from './registry.ts';

const words = commands.flatMap((command) =>
  'commands' in command
    ? [[command.name], ...command.commands.map(({ name }) => [command.name, name])]
    : [[command.name]],
);

/** What a user reads; a changed line here is a changed interface. `vitest -u` accepts it. */
describe('--help', () => {
  it('of the program', async () => {
    await expect((await runCli(['--help'])).stdout).toMatchFileSnapshot('__snapshots__/help.txt');
  });

  it.each(words.map((path) => [path.join(' '), path] as const))('of %s', async (name, path) => {
    const isPassThrough = commands.some(
      (command) => command.name === name && 'passThrough' in command && command.passThrough,
    );
    const { code, stdout } = await runCli(isPassThrough ? ['help', ...path] : [...path, '--help']);
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`__snapshots__/help-${path.join('-')}.txt`);
  });
});
