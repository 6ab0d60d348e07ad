import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dropAll } from '../testing/own-settings.ts';
import { testSettings } from '../testing/pipeline.ts';
import { runningStackSettings } from './discover.ts';
import { runStack } from './run-stack.ts';
import type { StackState } from './state.ts';

it('runs against clusters that it did not start, and leaves them running', async () => {
  const home = mkdtempSync(join(tmpdir(), 'twitchstats-external-'));
  const settings = testSettings();
  onTestFinished(async () => {
    rmSync(home, { recursive: true, force: true });
    await dropAll(settings);
  });
  const stop = new AbortController();
  let ready: StackState | undefined;
  await runStack({
    home,
    infra: 'external',
    settings,
    services: ['processor', 'api'],
    demo: false,
    channels: [],
    autoPorts: true,
    timeoutMs: 280_000,
    signal: stop.signal,
    kill: new AbortController().signal,
    onEvent(event) {
      if (event.type !== 'ready') return;
      ready = event.state;
      expect(runningStackSettings(home)).toMatchObject({ KAFKA_BROKERS: settings.KAFKA_BROKERS.join(',') });
      stop.abort();
    },
  });
  const started = ready?.services.filter(({ kind, state }) => kind === 'process' && state === 'ready');
  expect(started?.map(({ name }) => name)).toEqual(['processor', 'api']);
  expect(runningStackSettings(home)).toEqual({});
}, 300_000);
