import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { StackEvent } from '../../stack/run-stack.ts';
import { type ServiceStatus, writeStackState } from '../../stack/state.ts';
import { emptyStack, serviceStatus } from '../../testing/stack-state.ts';
import { newsOf, showChanges } from './start-missing.ts';

it('shows what is started while it starts, and nothing of what ran before', async () => {
  const home = mkdtempSync(join(tmpdir(), 'twitchstats-missing-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const before = [
    serviceStatus('kafka', 'ready'),
    serviceStatus('processor', 'waiting'),
    serviceStatus('api', 'waiting'),
  ];
  const write = (services: ServiceStatus[]) => writeStackState(home, { ...state, services });
  write(before);
  const shown: string[] = [];
  const starting = deferred();
  const ready = deferred();
  const show = (event: StackEvent) => {
    if (event.type !== 'service') return;
    shown.push(`${event.status.name} ${event.status.state}`);
    starting.resolve();
  };
  const all = showChanges(home, before, { show }, ready.promise);
  write([
    serviceStatus('kafka', 'ready'),
    serviceStatus('processor', 'waiting'),
    serviceStatus('api', 'starting'),
  ]);
  await starting.promise;
  write([
    serviceStatus('kafka', 'ready'),
    serviceStatus('processor', 'waiting'),
    serviceStatus('api', 'ready'),
  ]);
  ready.resolve();
  await all;
  expect(shown).toEqual(['api starting', 'api ready']);
});

it('says in the end what was started, and what is read beside what was', () => {
  const before = { ...state, channels: ['forsen'], services: [serviceStatus('ingest', 'ready')] };
  expect(newsOf(before, before)).toBe('Nothing was missing.');
  const now = {
    ...before,
    channels: ['forsen', 'xqc'],
    services: [serviceStatus('ingest', 'ready'), serviceStatus('api', 'ready')],
  };
  expect(newsOf(before, now)).toBe('Started what was missing: api.\nAlso read now: xqc.');
});

const state = emptyStack({ pid: 1, started: 'x' });

/** Node 20 has no `Promise.withResolvers`. */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
