import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { runInBackground } from './background.ts';

test('work in the background yields to processes of other sessions too', () => {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => {
    child.kill();
  });
  const pid = child.pid ?? 0;
  runInBackground(pid);
  expect(getPriority(pid)).toBe(19);
  const autogroup = `/proc/${pid}/autogroup`;
  if (existsSync(autogroup)) expect(readFileSync(autogroup, 'utf8')).toMatch(/^(\/autogroup-\d+ nice 19)?$/m);
});
