import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { followLogs } from './follow-logs.ts';
import { endOfLines } from './log-tail.ts';

it('gives every line behind the place that is known, whole, however late it is asked', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'twitchstats-follow-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'api.log');
  writeFileSync(file, 'known\nhal');
  const stop = new AbortController();
  const lines = followLogs([{ service: 'api', file, from: endOfLines(file) }], stop.signal);
  appendFileSync(file, 'f of it\nnext\n');
  const { value } = await lines.next();
  expect(value?.map(({ text }: { text: string }) => text)).toEqual(['half of it', 'next']);
  stop.abort();
  expect((await lines.next()).done).toBe(true);
});
