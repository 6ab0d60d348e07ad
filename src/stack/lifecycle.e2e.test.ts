import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type Cli, createCli, eventually } from '../testing/e2e/cli.ts';
import { heldPorts, processesOf, remainingProcesses } from '../testing/e2e/leaks.ts';
import { identityOf } from './identity.ts';

/** Each way in which a stack's life begins or ends, with one server, which is enough: nothing may be left behind. */

const statusSchema = z.object({
  state: z.string(),
  services: z.array(z.object({ name: z.string(), state: z.string() })),
});

let cli: Cli;
beforeEach(async () => {
  cli = await createCli();
  onTestFinished(() => cli.dispose());
});

/** On a busy machine a start takes minutes. */
const patienceMs = 180_000;
const upKafka = ['up', 'kafka', '--ports', 'auto'];

async function status() {
  const { stdout, exitCode } = await cli.run(['status', '--json']);
  return { exitCode, ...statusSchema.parse(JSON.parse(stdout)) };
}

async function kafka() {
  const service = (await cli.stack()).services.find(({ name }) => name === 'kafka');
  return { pid: service?.pid ?? 0, ports: Object.values(service?.ports ?? {}) };
}

/** What a person sees of a failure, without what differs from run to run. */
function words(text: string): string {
  return text
    .replaceAll(cli.home, 'HOME')
    .replace(/held by .+ \(pid \d+\)/g, 'held by PROGRAM (pid N)')
    .replace(/pid \d+/g, 'pid N')
    .replace(/\b\d{4,5}\b/g, 'PORT');
}

describe('up -d and down', () => {
  it('leave no process and no port, and keep the data', async () => {
    const up = await cli.run([...upKafka, '-d']);
    expect(up.exitCode, up.stderr).toBe(0);
    const running = await status();
    expect(running).toMatchObject({
      exitCode: 0,
      state: 'healthy',
      services: [{ name: 'kafka', state: 'ready' }],
    });
    const { ports } = await kafka();
    expect(await heldPorts(ports)).toEqual(ports);

    const again = await cli.run(upKafka);
    expect(again.exitCode).toBe(0);
    expect(words(again.stderr)).toMatchInlineSnapshot(`
      "A stack runs already under HOME (pid N).
      Nothing was missing."
    `);

    const down = await cli.run(['down', '--json']);
    expect(down.exitCode, down.stderr).toBe(0);
    expect(JSON.parse(down.stdout)).toEqual({ was_running: true, stopped: ['kafka'], deleted: [] });
    expect(await remainingProcesses(cli.home, 0)).toEqual([]);
    expect(await heldPorts(ports)).toEqual([]);
    expect(await status()).toMatchObject({ exitCode: 3, state: 'stopped', services: [] });
    expect((await cli.run(['down'])).stderr).toBe('Nothing was running.');
  });

  it('with --purge forget everything, after saying what', async () => {
    rmSync(join(cli.home, 'cache'), { recursive: true });
    mkdirSync(join(cli.home, 'data', 'kafka'), { recursive: true });
    writeFileSync(join(cli.home, 'data', 'kafka', 'log'), 'x'.repeat(100_000));
    writeFileSync(join(cli.home, 'mine.txt'), 'not yours');
    const refused = await cli.run(['down', '--purge']);
    expect(refused.exitCode).toBe(2);
    expect(words(refused.stderr)).toMatchInlineSnapshot(`
      "This deletes, under HOME:
        HOME/data  0.1 MB
      error: Nobody can be asked whether all this may be deleted
      next: Say so with \`twitchstats down --purge --force\`."
    `);
    const forced = await cli.run(['down', '--purge', '--force', '--json']);
    expect(JSON.parse(forced.stdout)).toMatchObject({ deleted: [join(cli.home, 'data')] });
  });
});

describe('nothing is left behind', () => {
  it.each([
    ['Ctrl-C', 'SIGINT', 130],
    ['SIGTERM', 'SIGTERM', 143],
    ['a closed terminal', 'SIGHUP', 129],
  ] as const)('by %s', async (_, signal, code) => {
    const up = cli.start(upKafka);
    await eventually(cli.stack, ({ state }) => state === 'healthy', patienceMs);
    const { ports } = await kafka();
    up.kill(signal);
    const { exitCode, stderr } = await up;
    expect(exitCode, String(stderr)).toBe(code);
    expect(String(stderr)).toContain('Everything is stopped; the data is kept.');
    expect(await remainingProcesses(cli.home, 0)).toEqual([]);
    expect(await heldPorts(ports)).toEqual([]);
  });

  it('by Ctrl-C that also ended who read its words, as in `up 2>&1 | tee log`', async () => {
    const up = cli.start(upKafka);
    await eventually(cli.stack, ({ state }) => state === 'healthy', patienceMs);
    up.stderr?.destroy();
    up.kill('SIGINT');
    expect((await up).exitCode).toBe(130);
    expect(await remainingProcesses(cli.home, 0)).toEqual([]);
  });

  it('by Ctrl-C while it starts', async () => {
    const up = cli.start(upKafka);
    await eventually(kafka, ({ pid }) => pid !== 0, patienceMs);
    up.kill('SIGINT');
    expect((await up).exitCode).toBe(130);
    expect(await remainingProcesses(cli.home, 0)).toEqual([]);
  });

  it('by Ctrl-C while up -d starts', async () => {
    const up = cli.start([...upKafka, '-d']);
    await eventually(kafka, ({ pid }) => pid !== 0, patienceMs);
    up.kill('SIGINT');
    expect((await up).exitCode).toBe(130);
    expect(await remainingProcesses(cli.home, 0)).toEqual([]);
  });

  it('by kill -9 of the supervisor; and the next up needs no hand', async () => {
    expect((await cli.run([...upKafka, '-d'])).exitCode).toBe(0);
    const { ports } = await kafka();
    process.kill((await cli.stack()).pid ?? 0, 'SIGKILL');
    expect(['orphaned', 'stopped']).toContain((await status()).state);
    expect(await remainingProcesses(cli.home)).toEqual([]);
    expect(await heldPorts(ports)).toEqual([]);
    expect((await cli.run([...upKafka, '-d'])).exitCode).toBe(0);
    process.kill((await cli.stack()).pid ?? 0, 'SIGKILL');
    // At once, while the old Kafka is still ending.
    const up = await cli.run([...upKafka, '-d']);
    expect(up.exitCode, up.stderr).toBe(0);
  });

  it('when a service dies while it starts, which is said at once', async () => {
    const up = cli.start([...upKafka, '-d']);
    const { pid } = await eventually(kafka, (found) => found.pid !== 0, patienceMs);
    process.kill(pid, 'SIGKILL');
    const { exitCode, stderr } = await up;
    expect(exitCode).toBe(1);
    expect(String(stderr)).toContain('error: kafka ended while starting (killed by SIGKILL)');
    expect(String(stderr)).toContain('next: See all of it with `twitchstats logs kafka`.');
    expect(await remainingProcesses(cli.home, 0)).toEqual([]);
  });
});

describe('up', () => {
  it('starts a crashed service again', async () => {
    await cli.run([...upKafka, '-d']);
    process.kill((await kafka()).pid, 'SIGKILL');
    await eventually(
      cli.stack,
      ({ state, services }) => state === 'healthy' && services[0]?.restarts === 1,
      patienceMs,
    );
    expect((await status()).exitCode).toBe(0);
  });

  it('twice at once gives one stack', async () => {
    const runs = await Promise.all([cli.run([...upKafka, '-d']), cli.run([...upKafka, '-d'])]);
    const isSecond = ({ stderr }: (typeof runs)[number]) =>
      words(stderr).includes('A stack runs already under HOME (pid N)');
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(runs.filter(isSecond)).toHaveLength(1);
    const supervisors = [...processesOf(cli.home).values()].filter((command) => / up kafka /.test(command));
    expect(supervisors).toHaveLength(1);
  });

  it('is seen, waited for and stopped before it has written down what it starts', async () => {
    const starting = spawn('sleep', ['600']);
    onTestFinished(() => {
      starting.kill('SIGKILL');
    });
    mkdirSync(join(cli.home, 'stack'));
    const owner = JSON.stringify(identityOf(starting.pid ?? 0));
    writeFileSync(join(cli.home, 'stack', 'supervisor.lock'), owner);
    expect(await status()).toMatchObject({ exitCode: 3, state: 'starting', services: [] });
    const second = await cli.run([...upKafka, '-d', '--timeout', '1']);
    expect(second.exitCode).toBe(3);
    expect(words(second.stderr)).toMatchInlineSnapshot(`
      "Another \`up\` (pid N) is about to start a stack under HOME: waiting for it.
      error: Not ready after 1 s
        another \`up\` (pid N) is about to start a stack under HOME
      next: See \`twitchstats logs\`, or give it longer with --timeout."
    `);
    const down = await cli.run(['down', '--json']);
    expect(JSON.parse(down.stdout)).toEqual({ was_running: true, stopped: [], deleted: [] });
    expect(starting.signalCode).toBe('SIGTERM');
    expect(await status()).toMatchObject({ exitCode: 3, state: 'stopped' });
  });

  it('names who holds a port, before anything is started', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const up = await cli.run(['up', 'kafka'], { KAFKA_BROKERS: `127.0.0.1:${port}` });
    expect(up.exitCode).toBe(1);
    expect(words(up.stderr)).toMatchInlineSnapshot(`
      "error: A port is taken
        PORT (kafka broker) is held by PROGRAM (pid N)
      next: Stop what holds them, or take free ones with \`twitchstats up --ports auto\`."
    `);
    expect(await remainingProcesses(cli.home, 0)).toEqual([]);
  });

  it('says when its home cannot be written to', async () => {
    writeFileSync(join(cli.home, 'file'), '');
    const up = await cli.run([...upKafka, '--home', join(cli.home, 'file', 'below')]);
    expect(up.exitCode).toBe(1);
    expect(words(up.stderr)).toMatchInlineSnapshot(`
      "error: Cannot write to HOME/file/below
        ENOTDIR: not a directory, mkdir 'HOME/file/below/stack'
      next: Choose another directory with --home."
    `);
  });

  it('is not held up by a state file that a power cut destroyed', async () => {
    mkdirSync(join(cli.home, 'stack'));
    writeFileSync(join(cli.home, 'stack', 'state.json'), '{"version":1,"supervi');
    writeFileSync(join(cli.home, 'stack', 'supervisor.lock'), '');
    expect((await cli.run([...upKafka, '-d'])).exitCode).toBe(0);
  });

  it('says what is not ready when the time is over, and stops it', async () => {
    const up = await cli.run([...upKafka, '--timeout', '0.4']);
    expect(up.exitCode).toBe(3);
    expect(words(up.stderr)).toContain('error: Not ready after 0.4 s');
    expect(await remainingProcesses(cli.home, 0)).toEqual([]);
  });
});
