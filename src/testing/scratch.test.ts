import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const script = `
  import { writeFileSync } from 'node:fs';
  import { execa } from 'execa';
  import { ending, endOnSignals, scratchDirectory } from './src/testing/scratch.ts';
  endOnSignals(async (signal) => process.stdout.write(signal + ' undone'));
  const directory = scratchDirectory('scratch-test-');
  writeFileSync(directory + '/file', 'x');
  // It still writes when it was told to end.
  const slow = "trap 'sleep 0.5; mkdir -p $0/late; exit' INT TERM; echo; while :; do sleep 0.1; done";
  const child = execa('sh', ['-c', slow, directory], { reject: false, stderr: 'inherit' });
  child.stdout.once('data', () => console.log(directory));
  await ending(child);
  console.log('went on');
`;

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s undoes what was begun, and leaves no scratch directory', async (signal, exitCode) => {
  const child = execa(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    reject: false,
    // In a process group of its own, as a terminal has it for each command.
    detached: true,
  });
  const [directory] = await once(createInterface({ input: child.stdout }), 'line');
  expect(existsSync(`${directory}/file`)).toBe(true);
  // Ctrl-C reaches all of them, kill one.
  process.kill((signal === 'SIGINT' ? -1 : 1) * Number(child.pid), signal);
  const ended = await child;
  expect(ended.stdout).toContain(`${signal} undone`);
  expect(ended.stdout).not.toContain('went on');
  expect(ended.exitCode).toBe(exitCode);
  expect(existsSync(directory)).toBe(false);
});
