import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inTurn } from './in-turn.ts';

const never = new AbortController().signal;

function traced() {
  const trace: string[] = [];
  const task = (name: string, error?: Error) => async () => {
    trace.push(`${name} begins`);
    await sleep(5);
    trace.push(`${name} ends`);
    if (error !== undefined) throw error;
    return name;
  };
  return { trace, task };
}

it('runs one task after the other, also after one that failed', async () => {
  const { trace, task } = traced();
  const run = inTurn();
  const first = run(task('first', new Error('broken')), never);
  const second = run(task('second'), never);
  await expect(first).rejects.toThrow('broken');
  expect(await second).toBe('second');
  expect(trace).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

it('does not run a task that is aborted before its turn, and does not let the next one pass the first', async () => {
  const { trace, task } = traced();
  const run = inTurn();
  const abort = new AbortController();
  const first = run(task('first'), never);
  const second = run(task('second'), abort.signal);
  const third = run(task('third'), never);
  abort.abort(new Error('late'));
  await expect(second).rejects.toThrow('late');
  expect(trace).toEqual(['first begins']);
  await Promise.all([first, third]);
  expect(trace).toEqual(['first begins', 'first ends', 'third begins', 'third ends']);
});

it('leaves no listener behind, however many tasks share a signal', async () => {
  const run = inTurn();
  const { signal } = new AbortController();
  for (let task = 0; task < 20; task++) await run(async () => undefined, signal);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
