import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Random } from '../simulator/random.ts';
import { freePorts } from '../stack/ports.ts';
import { startTcpProxy } from '../testing/ledger/tcp-proxy.ts';
import { bootstrappedSettings } from '../testing/pipeline.ts';
import { type CassandraSession, connectCassandra } from './client.ts';

/** Less than any of the driver's own waits. */
const SOON_MS = 2000;

/** What became of `asked`, if it did soon. */
const soon = (asked: Promise<unknown>) =>
  Promise.race([asked.catch((error: unknown) => error), sleep(SOON_MS, 'still waits')]);

test('nobody waits for the answer to a query once the signal is aborted, nor to close behind it', async () => {
  const settings = await bootstrappedSettings();
  const [port = 0] = await freePorts(1);
  const proxy = await startTcpProxy(port, Number(settings.CASSANDRA_HOSTS[0]?.split(':')[1]));
  onTestFinished(() => proxy.close());
  const stop = new AbortController();
  const through = { ...settings, CASSANDRA_HOSTS: [`127.0.0.1:${port}`] };
  const session = await connectCassandra(through, { signal: stop.signal });
  const ask = () => session.query('SELECT key FROM system.local');
  expect((await ask()).rows).toHaveLength(1);

  proxy.stall();
  const asked = ask();
  const paged = session.driverPage('SELECT key FROM system.local');
  stop.abort('the user is gone');
  expect(await soon(asked)).toBe('the user is gone');
  expect(await soon(paged)).toBe('the user is gone');
  expect(await soon(ask())).toBe('the user is gone');
  expect(await soon(session.close())).toBeUndefined();
});

test('nobody waits for a server that takes a connection and says nothing, once the signal is aborted', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    silent.close();
  });
  const settings = await bootstrappedSettings();
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const stop = new AbortController();
  const connecting = connectCassandra(
    { ...settings, CASSANDRA_HOSTS: [`127.0.0.1:${port}`] },
    { signal: stop.signal },
  );
  setTimeout(() => stop.abort('the user is gone'), 100);
  expect(await soon(connecting)).toBe('the user is gone');
});

test('a network that breaks again and again ends nothing, and the session comes back', async () => {
  const settings = await bootstrappedSettings();
  const target = Number(settings.CASSANDRA_HOSTS[0]?.split(':')[1]);
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('unhandledRejection', note).on('uncaughtException', note);
  onTestFinished(() => {
    process.off('unhandledRejection', note).off('uncaughtException', note);
  });
  const random = new Random(1);
  const flapping = async (port: number) => {
    const proxy = await startTcpProxy(port, target);
    const session = await connectCassandra({ ...settings, CASSANDRA_HOSTS: [`127.0.0.1:${port}`] });
    onTestFinished(async () => {
      await session.close();
      await proxy.close();
    });
    for (const until = Date.now() + 20_000; Date.now() < until; await sleep(random.below(1500))) {
      proxy.cut();
      await sleep(random.chance(0.5) ? 50 : random.below(3000));
      proxy.mend();
    }
    await answers(session);
  };
  await Promise.all((await freePorts(8)).map(flapping));
  expect(uncaught).toEqual([]);
});

async function answers(session: CassandraSession): Promise<void> {
  const ask = async () => {
    expect(session.isConnected()).toBe(true);
    expect((await session.query('SELECT key FROM system.local')).rows).toHaveLength(1);
  };
  await vi.waitFor(ask, { timeout: 30_000, interval: 500 });
}
