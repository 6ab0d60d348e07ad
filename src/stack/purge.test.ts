import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { acquireSupervisorLock } from './lock.ts';
import { homePaths } from './paths.ts';
import { purge, purgeTargets } from './purge.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'purge-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

function fill(): void {
  const { data, cache } = homePaths(home);
  for (const directory of [data, cache]) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'file'), 'x'.repeat(10_000));
  }
}

it('deletes what a stack made, and the home directory with it', () => {
  fill();
  const { data, cache } = homePaths(home);
  expect(purgeTargets(home).map(({ path }) => path)).toEqual([data, cache]);
  expect(purge(home)).toEqual([data, cache]);
  expect(existsSync(home)).toBe(false);
  expect(purge(home)).toEqual([]);
});

it('keeps what is not its own', () => {
  fill();
  const notes = join(home, 'notes.txt');
  writeFileSync(notes, 'mine');
  purge(home);
  expect(existsSync(notes)).toBe(true);
  expect(purgeTargets(home)).toEqual([]);
});

it('deletes nothing under a stack that began meanwhile', () => {
  fill();
  const lock = acquireSupervisorLock(home);
  expect(() => purge(home)).toThrow(`Another \`up\` (pid ${process.pid}) began meanwhile under ${home}`);
  expect(existsSync(join(homePaths(home).data, 'file'))).toBe(true);
  if ('release' in lock) lock.release();
  purge(home);
  expect(existsSync(home)).toBe(false);
});
