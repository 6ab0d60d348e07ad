import { expect, it, onTestFinished, vi } from 'vitest';
import { SteadyClient } from './steady-client.ts';

const options = { contactPoints: ['127.0.0.1:1'], localDataCenter: 'dc' };

/** A control connection whose refreshes are done by `refresh`. */
function controlWith(refresh: (hosts: unknown) => Promise<void>) {
  const spy = vi.spyOn(Object.getPrototypeOf(new SteadyClient(options).controlConnection), '_refresh');
  onTestFinished(() => spy.mockRestore());
  spy.mockImplementation(refresh);
  return new SteadyClient(options).controlConnection;
}

it('refreshes once at a time, and once more for all who asked meanwhile', async () => {
  const ends: (() => void)[] = [];
  const control = controlWith(() => new Promise((resolve) => ends.push(resolve)));
  const first = control._refresh();
  await Promise.all([control._refresh(), control._refresh()]);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]?.();
  await first;
  expect(ends).toHaveLength(2);
});

it('goes on to the next host within a refresh', async () => {
  const hosts = {};
  const asked: unknown[] = [];
  const control = controlWith(async (next) => {
    asked.push(next);
    if (next === undefined) await control._refresh(hosts);
  });
  await control._refresh();
  expect(asked).toEqual([undefined, hosts]);
});

it('begins anew after a failure, which nobody has to catch', async () => {
  let times = 0;
  const control = controlWith(async () => {
    if (++times === 1) throw new TypeError('no host');
  });
  await control._refresh();
  expect(times).toBe(2);
});
