import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { resolveClassPaths } from './artefacts.ts';
import { runTool } from './process.ts';
import { runForeground } from './run-foreground.ts';

/** Whoever presses Ctrl-C is told of no bug: what was asked to end ends with that very reason. */
const reason = new Error('Ctrl-C');

it('a tool that is interrupted ends with the reason', async () => {
  const stop = new AbortController();
  const tool = runTool('a tool', { command: 'sleep', args: ['60'], env: {} }, stop.signal);
  stop.abort(reason);
  await expect(tool).rejects.toBe(reason);
});

it('a program in the foreground does not begin when Ctrl-C came before it', async () => {
  const program = { name: 'a program', command: 'sleep', args: ['60'], env: {}, stdin: 'pipe' } as const;
  await expect(runForeground(program, AbortSignal.abort(reason))).rejects.toBe(reason);
});

it('fetching that is interrupted ends with the reason', async () => {
  const home = mkdtempSync(join(tmpdir(), 'twitchstats-abort-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'java'), '#!/bin/sh\nexec sleep 60\n');
  chmodSync(join(home, 'bin', 'java'), 0o755);
  const jar = join(home, 'jar');
  writeFileSync(jar, '');
  const jdk = { home, version: 17, compiles: false, foundBy: 'a test' };
  const stop = new AbortController();
  const fetching = resolveClassPaths({ jdk, jar, cacheDir: join(home, 'cache'), signal: stop.signal });
  stop.abort(reason);
  await expect(fetching).rejects.toBe(reason);
});
