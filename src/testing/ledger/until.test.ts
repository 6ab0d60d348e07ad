import { expect, it } from 'vitest';
import { overdueIn, textOf, until, untilServes } from './until.ts';

const { signal } = new AbortController();

it('names what it waited for in vain, as an open entry of the books too', async () => {
  const never = () => until('all is well', () => false, { signal, withinMs: 20, periodMs: 1 });
  await expect(never()).rejects.toThrow('waited 0 s in vain until all is well');
  expect(await overdueIn(never())).toEqual(['waited 0 s in vain until all is well']);
  expect(await overdueIn(until('it holds', () => true, { signal }))).toEqual([]);
});

it('says why a service is not ready', async () => {
  const probe = () => Promise.reject(new Error('it is asleep'));
  const waiting = untilServes({ ready: { probe, periodMs: 1 } }, 'count', { signal, withinMs: 20 });
  await expect(waiting).rejects.toThrow('until count is ready (it is asleep)');
});

it('is not overdue when the run is aborted', async () => {
  const aborted = AbortSignal.abort(new Error('stopped'));
  await expect(overdueIn(until('ever', () => false, { signal: aborted }))).rejects.toThrow(/abort/i);
});

it('has no text of who does not answer', async () => {
  expect(await textOf('http://127.0.0.1:1/')).toBeUndefined();
});
