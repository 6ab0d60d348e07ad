import { createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { settingsSchema } from '../config/settings.ts';
import { portHolder } from './port-holder.ts';
import { freePorts, isPortFree } from './ports.ts';
import { assertPortsFree, chooseStackPorts } from './stack-ports.ts';

async function listen(): Promise<number> {
  const server: Server = createServer();
  onTestFinished(() => {
    server.close();
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}

describe('ports', () => {
  it('are free, or held by somebody who can be named', async () => {
    const port = await listen();
    expect(await isPortFree(port)).toBe(false);
    expect(portHolder(port)?.pid).toBe(process.pid);
  });

  it('are all different when several are asked for', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    expect(await isPortFree(ports[0] ?? 0)).toBe(true);
  });

  it('are other ones at each call, taken ones left out, and none that a connection could get', async () => {
    const first = await freePorts(3);
    const blocker = createServer();
    onTestFinished(() => {
      blocker.close();
    });
    const taken = Math.max(...first) + 1;
    await new Promise<void>((resolve) => blocker.listen({ host: '127.0.0.1', port: taken }, resolve));
    const [several, ...others] = await Promise.all([freePorts(3), freePorts(3), freePorts(3)]);
    const all = [...first, ...several, ...others.flat()];
    expect(new Set(all).size).toBe(12);
    expect(all).not.toContain(taken);
    expect(Math.max(...all)).toBeLessThan(32_768);
  });

  it('are named with their holder when they are taken, all of them at once', async () => {
    const [first, second] = [await listen(), await listen()];
    await expect(assertPortsFree({ 'kafka broker': first, 'api http': second })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: '2 ports are taken',
      detail: expect.stringMatching(
        new RegExp(
          `^${first} \\(kafka broker\\) is held by .+ \\(pid ${process.pid}\\)\\n${second} \\(api http\\)`,
        ),
      ),
    });
  });

  it('come from the settings, or with auto from what is free', async () => {
    const settings = settingsSchema.parse({ KAFKA_BROKERS: 'localhost:19092', PORT: '13000' });
    expect(await chooseStackPorts(settings, { auto: false })).toMatchObject({
      kafka: 19_092,
      cql: 9042,
      api: 13_000,
    });
    const auto = await chooseStackPorts(settings, { auto: true });
    expect(auto.kafka).not.toBe(19_092);
    expect(new Set(Object.values(auto)).size).toBe(9);
  });

  it('are no inner ones that a setting takes', async () => {
    const settings = settingsSchema.parse({ KAFKA_BROKERS: 'localhost:9093', PORT: '7000' });
    const ports = await chooseStackPorts(settings, { auto: false });
    expect(new Set(Object.values(ports)).size).toBe(9);
    expect(ports).toMatchObject({ kafka: 9093, api: 7000 });
  });

  it('are not the same for two', async () => {
    await expect(
      assertPortsFree({ 'kafka broker': 9092, 'api http': 9092, 'cassandra cql': 1 }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      detail: '9092 is wanted for kafka broker\n9092 is wanted for api http',
    });
  });

  it('cannot be taken on another machine', async () => {
    const settings = settingsSchema.parse({ KAFKA_BROKERS: 'kafka.example:9092' });
    await expect(chooseStackPorts(settings, { auto: false })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('--infra external'),
    });
  });
});
