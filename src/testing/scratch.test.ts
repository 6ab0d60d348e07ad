import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const script = `
  import { writeFileSync } from 'node:fs';
  import { endOnSignals, scratchDirectory } from './src/testing/scratch.ts';
  endOnSignals(async (signal) => process.stdout.write(signal + ' undone'));
  const directory = scratchDirectory('scratch-test-');
  writeFileSync(directory + '/file', 'x');
  console.log(directory);
  setInterval(() => undefined, 1000);
`;

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s undoes what was begun, and leaves no scratch directory', async (signal, exitCode) => {
  const child = execa(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    reject: false,
  });
  const [directory] = await once(createInterface({ input: child.stdout }), 'line');
  expect(existsSync(`${directory}/file`)).toBe(true);
  child.kill(signal);
  const ended = await child;
  expect(ended.stdout).toContain(`${signal} undone`);
  expect(ended.exitCode).toBe(exitCode);
  expect(existsSync(directory)).toBe(false);
});
