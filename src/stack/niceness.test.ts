import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { setNiceness } from './niceness.ts';

test('who makes way does so for processes of other sessions too', () => {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => {
    child.kill();
  });
  const pid = child.pid ?? 0;
  setNiceness(pid, 7);
  expect(getPriority(pid)).toBe(7);
  const autogroup = `/proc/${pid}/autogroup`;
  if (existsSync(autogroup)) expect(readFileSync(autogroup, 'utf8')).toMatch(/^(\/autogroup-\d+ nice 7)?$/m);
});

test('one that has ended already is no error', async () => {
  const child = spawn('true', { detached: true, stdio: 'ignore' });
  await once(child, 'exit');
  expect(() => setNiceness(child.pid ?? 0, 7)).not.toThrow();
});
