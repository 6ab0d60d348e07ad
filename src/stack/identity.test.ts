import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { identityOf, isAlive } from './identity.ts';

describe('a process identity', () => {
  it('is the same for the same process each time', () => {
    const mine = identityOf(process.pid);
    expect(mine?.pid).toBe(process.pid);
    expect(identityOf(process.pid)).toEqual(mine);
    expect(mine !== undefined && isAlive(mine)).toBe(true);
  });

  it('is not that of another process with the same pid', () => {
    expect(isAlive({ pid: process.pid, started: 'another boot/1' })).toBe(false);
  });

  it('ends with the process', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    await once(child, 'spawn');
    const identity = identityOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(identity).toBeDefined();
    expect(identity !== undefined && isAlive(identity)).toBe(false);
  });
});
