import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { acquireSupervisorLock } from './lock.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'twitchstats-lock-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

function leave(content: string): void {
  mkdirSync(join(home, 'stack'), { recursive: true });
  writeFileSync(join(home, 'stack', 'supervisor.lock'), content);
}

describe('the supervisor’s lock', () => {
  it('names its living owner to a second one', () => {
    const first = acquireSupervisorLock(home);
    expect(first).toHaveProperty('release');
    expect(acquireSupervisorLock(home)).toMatchObject({ pid: process.pid });
  });

  it('can be had again once it was released, and leaves no file', () => {
    const first = acquireSupervisorLock(home);
    if ('release' in first) first.release();
    expect(readdirSync(join(home, 'stack'))).toEqual([]);
    expect(acquireSupervisorLock(home)).toHaveProperty('release');
  });

  it.each([
    ['of a process that has died', JSON.stringify({ pid: 2 ** 22 + 1, started: 'x' })],
    [
      'of a process whose pid another one has now',
      JSON.stringify({ pid: process.pid, started: 'before the reboot' }),
    ],
    ['that a power cut left half written', '{"pid":12'],
    ['that is empty', ''],
  ])('%s is no lock', (_, content) => {
    leave(content);
    expect(acquireSupervisorLock(home)).toHaveProperty('release');
    expect(readdirSync(join(home, 'stack'))).toEqual(['supervisor.lock']);
  });

  it('says so when the home cannot be written to', () => {
    writeFileSync(join(home, 'file'), '');
    expect(() => acquireSupervisorLock(join(home, 'file', 'below'))).toThrowError(
      expect.objectContaining({ code: 'HOME_NOT_WRITABLE' }),
    );
  });
});
