import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { identityOf, isAlive } from './identity.ts';
import type { ProcessService, ServiceDefinition, ServiceName, TaskService } from './service.ts';
import type { ServiceStatus } from './state.ts';
import { Supervisor } from './supervisor.ts';

let directory = '';
let changes: ServiceStatus[] = [];
let kill = new AbortController();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'twitchstats-supervisor-'));
  changes = [];
  kill = new AbortController();
});

/** A Node program that says "up" when it runs, with `script` before that; ready when it has said so. */
function fake(name: ServiceName, script = '', more: Partial<ProcessService> = {}): ProcessService {
  const forever =
    'process.stdin.resume(); process.stdin.on("end", () => process.exit(0)); console.log("up");';
  return {
    kind: 'process',
    name,
    dependsOn: [],
    command: process.execPath,
    args: ['-e', `${script}\n${forever}`],
    env: {},
    cwd: directory,
    ports: {},
    ready: {
      periodMs: 10,
      probe: async () => {
        if (!logOf(name).includes('up')) throw new Error('not up');
        return 'is up';
      },
    },
    shutdown: { signal: 'SIGTERM', timeoutMs: 5000 },
    restart: { limit: 2, withinMs: 60_000, firstDelayMs: 10, maxDelayMs: 10 },
    ...more,
  };
}

function logOf(name: ServiceName): string {
  const file = join(directory, `${name}.log`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function supervise(...services: ServiceDefinition[]): Supervisor {
  const supervisor = new Supervisor({
    services,
    logFile: (name) => join(directory, `${name}.log`),
    kill: kill.signal,
    onChange: (status) => changes.push(status),
  });
  onTestFinished(async () => {
    await supervisor.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return supervisor;
}

const never = new AbortController().signal;
const statusOf = (supervisor: Supervisor, name: ServiceName) =>
  supervisor.status().find((status) => status.name === name);
const story = (name: ServiceName) =>
  changes.filter((status) => status.name === name).map(({ state }) => state);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe('a start', () => {
  it('begins each service when what it depends on is ready, and no sooner', async () => {
    const supervisor = supervise(fake('kafka'), fake('cassandra'), fake('api', '', { dependsOn: ['kafka'] }));
    await supervisor.start([], never);
    const order = changes.map(({ name, state }) => `${name} ${state}`);
    expect(order.indexOf('api starting')).toBeGreaterThan(order.indexOf('kafka ready'));
    expect(order.indexOf('cassandra starting')).toBeLessThan(order.indexOf('kafka ready'));
    expect(supervisor.status().map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
  });

  it('lets one that has time begin after another, without needing it', async () => {
    const later = { after: ['kafka'] } as const;
    const supervisor = supervise(fake('kafka'), fake('cassandra', '', later), fake('api', '', later));
    await supervisor.start(['api'], never);
    expect(statusOf(supervisor, 'kafka')?.state).toBe('waiting');
    await supervisor.start([], never);
    const order = changes.map(({ name, state }) => `${name} ${state}`);
    expect(order.indexOf('cassandra starting')).toBeGreaterThan(order.indexOf('kafka ready'));
  });

  it('says at once why a service died, with the end of its own log, and leaves nothing of the others', async () => {
    const dying = fake('cassandra', 'console.error("port taken"); process.exit(3);');
    const supervisor = supervise(fake('kafka'), dying);
    await expect(supervisor.start([], never)).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      message: 'cassandra ended while starting (exit code 3)',
      detail: 'port taken',
      hint: 'See all of it with `twitchstats logs cassandra`.',
    });
    expect(statusOf(supervisor, 'kafka')?.state).toBe('stopped');
    expect(statusOf(supervisor, 'cassandra')?.state).toBe('failed');
    expect(story('kafka').at(-1)).toBe('stopped');
  });

  it('starts nothing of what depends on a service that failed', async () => {
    const supervisor = supervise(
      fake('kafka', 'process.exit(1);'),
      fake('api', '', { dependsOn: ['kafka'] }),
    );
    await expect(supervisor.start([], never)).rejects.toThrow('kafka ended');
    expect(logOf('api')).toBe('');
  });

  it('ends when it is interrupted, and leaves no process', async () => {
    const interrupted = new AbortController();
    const stuck = fake('kafka', '', {
      ready: { periodMs: 5, probe: () => Promise.reject(new Error('not yet')) },
    });
    const supervisor = supervise(stuck);
    const start = supervisor.start([], interrupted.signal);
    await until(() => statusOf(supervisor, 'kafka')?.process !== undefined);
    const identity = statusOf(supervisor, 'kafka')?.process;
    interrupted.abort(new Error('Ctrl-C'));
    await expect(start).rejects.toThrow('Ctrl-C');
    expect(identity !== undefined && isAlive(identity)).toBe(false);
  });

  it('leaves alone what runs already', async () => {
    const supervisor = supervise(fake('kafka'), fake('cassandra'));
    await supervisor.start(['kafka'], never);
    const before = statusOf(supervisor, 'kafka')?.process;
    await supervisor.start([], never);
    expect(statusOf(supervisor, 'kafka')?.process).toEqual(before);
    expect(statusOf(supervisor, 'cassandra')?.state).toBe('ready');
  });

  it('waits for one that is coming back from a crash', async () => {
    const again = { limit: 2, withinMs: 60_000, firstDelayMs: 300, maxDelayMs: 300 };
    const supervisor = supervise(fake('kafka', '', { restart: again }));
    await supervisor.start([], never);
    process.kill(statusOf(supervisor, 'kafka')?.process?.pid ?? 0, 'SIGKILL');
    await until(() => statusOf(supervisor, 'kafka')?.state === 'restarting');
    await supervisor.start([], never);
    expect(statusOf(supervisor, 'kafka')?.state).toBe('ready');
  });

  it('begins anew what has another definition, and nothing else', async () => {
    const supervisor = supervise(fake('kafka'), fake('ingest', 'console.log("first");'));
    await supervisor.start([], never);
    const before = statusOf(supervisor, 'kafka')?.process;
    const definitions = [fake('kafka', 'console.log("other");'), fake('ingest', 'console.log("second");')];
    await supervisor.redefine(definitions, ['ingest']);
    await supervisor.start([], never);
    expect(statusOf(supervisor, 'kafka')?.process).toEqual(before);
    await until(() => logOf('ingest').includes('second'));
    expect(logOf('kafka')).not.toContain('other');
  });

  it('fails by a task as by a process', async () => {
    const topics: TaskService = {
      kind: 'task',
      name: 'topics',
      dependsOn: ['kafka'],
      run: () => Promise.reject(new Error('no leader')),
    };
    const supervisor = supervise(fake('kafka'), topics);
    await expect(supervisor.start([], never)).rejects.toThrow('no leader');
    expect(statusOf(supervisor, 'kafka')?.state).toBe('stopped');
  });
});

describe('a running service', () => {
  it('that crashes is started again', async () => {
    const supervisor = supervise(fake('kafka'));
    await supervisor.start([], never);
    const first = statusOf(supervisor, 'kafka')?.process?.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await until(
      () => statusOf(supervisor, 'kafka')?.restarts === 1 && statusOf(supervisor, 'kafka')?.state === 'ready',
    );
    expect(statusOf(supervisor, 'kafka')?.process?.pid).not.toBe(first);
    expect(story('kafka')).toContain('restarting');
  });

  it('is there once, though it is restarted while it comes back by itself', async () => {
    let isSlow = false;
    let hasAsked = false;
    const probe = async () => {
      // As one that cannot be interrupted: kafkajs takes no signal.
      if (isSlow) {
        isSlow = false;
        hasAsked = true;
        await sleep(300);
        throw new Error('not up');
      }
      if (!logOf('kafka').includes('up')) throw new Error('not up');
      return 'is up';
    };
    const script = 'console.log("pid " + process.pid);';
    const supervisor = supervise(fake('kafka', script, { ready: { periodMs: 10, probe } }));
    await supervisor.start(['kafka'], never);
    isSlow = true;
    process.kill(statusOf(supervisor, 'kafka')?.process?.pid ?? 0, 'SIGKILL');
    await until(() => hasAsked);
    await (await supervisor.restart('kafka', never)).ready;
    await sleep(500);
    const alive = () =>
      [...logOf('kafka').matchAll(/pid (\d+)/g)].filter(([, pid]) => identityOf(Number(pid)) !== undefined);
    expect(alive()).toHaveLength(1);
    expect(statusOf(supervisor, 'kafka')).toMatchObject({ state: 'ready', restarts: 1 });
    await supervisor.stop();
    expect(alive()).toEqual([]);
  });

  it('that crashes again and again is given up, and says so', async () => {
    const once = `const fs = require('fs'); if (fs.existsSync('ran')) process.exit(7); fs.writeFileSync('ran', '');`;
    const supervisor = supervise(fake('kafka', once));
    await supervisor.start([], never);
    process.kill(statusOf(supervisor, 'kafka')?.process?.pid ?? 0, 'SIGKILL');
    await until(() => statusOf(supervisor, 'kafka')?.state === 'failed');
    expect(statusOf(supervisor, 'kafka')?.detail).toMatch(/exit code 7.*; given up after 2 restarts$/);
  });

  it.each([
    ['restarted by hand', async (supervisor: Supervisor) => (await supervisor.restart('kafka', never)).ready],
    ['started', (supervisor: Supervisor) => supervisor.start([], never)],
  ])('can be %s after it was given up, and then may crash again', async (_, again) => {
    const supervisor = supervise(
      fake('kafka', '', { restart: { limit: 1, withinMs: 60_000, firstDelayMs: 1, maxDelayMs: 1 } }),
    );
    const times = (state: string) => story('kafka').filter((one) => one === state).length;
    const kill = () => process.kill(statusOf(supervisor, 'kafka')?.process?.pid ?? 0, 'SIGKILL');
    await supervisor.start([], never);
    kill();
    await until(() => times('ready') === 2);
    kill();
    await until(() => times('failed') === 1);
    await again(supervisor);
    expect(times('ready')).toBe(3);
    kill();
    await until(() => times('ready') === 4);
    expect(times('failed')).toBe(1);
  });
});

describe('a stop', () => {
  it('ends each service after those that depend on it', async () => {
    const supervisor = supervise(fake('kafka'), fake('api', '', { dependsOn: ['kafka'] }));
    await supervisor.start([], never);
    await supervisor.stop();
    const order = changes.map(({ name, state }) => `${name} ${state}`);
    expect(order.indexOf('kafka stopping')).toBeGreaterThan(order.indexOf('api stopped'));
  });

  it('takes along what a service has started itself', async () => {
    const parent = `
      const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      require('fs').writeFileSync('child', String(child.pid));`;
    const supervisor = supervise(fake('kafka', parent));
    await supervisor.start([], never);
    const grandchild = Number(readFileSync(join(directory, 'child'), 'utf8'));
    await supervisor.stop();
    await until(
      () =>
        !existsSync(`/proc/${grandchild}`) ||
        readFileSync(`/proc/${grandchild}/stat`, 'utf8').includes(') Z'),
    );
  });

  it('kills what does not end in its time', async () => {
    const deaf = 'process.on("SIGTERM", () => console.log("no"));';
    const supervisor = supervise(fake('kafka', deaf, { shutdown: { signal: 'SIGTERM', timeoutMs: 50 } }));
    await supervisor.start([], never);
    await supervisor.stop();
    expect(statusOf(supervisor, 'kafka')?.state).toBe('stopped');
    expect(logOf('kafka')).toContain('no');
  });

  it('kills at once when nobody wants to wait', async () => {
    const deaf = 'process.on("SIGTERM", () => console.log("no"));';
    const supervisor = supervise(
      fake('kafka', deaf, { shutdown: { signal: 'SIGTERM', timeoutMs: 600_000 } }),
    );
    await supervisor.start([], never);
    const stop = supervisor.stop();
    kill.abort();
    await stop;
    expect(statusOf(supervisor, 'kafka')?.state).toBe('stopped');
  });
});
