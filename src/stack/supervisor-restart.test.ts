import { describe, expect, it } from 'vitest';
import { untilAborted } from '../contract/abort.ts';
import type { ServiceName, TaskService } from './service.ts';
import { Supervisor } from './supervisor.ts';

const never = new AbortController().signal;

/** Done at once while `isOpen` says so, else when it is stopped. */
function task(name: ServiceName, isOpen = () => true): TaskService & { runs: number } {
  const service = {
    kind: 'task' as const,
    name,
    dependsOn: [],
    runs: 0,
    run: async (signal: AbortSignal) => {
      service.runs += 1;
      if (!isOpen()) await untilAborted(signal);
      signal.throwIfAborted();
      return 'done';
    },
  };
  return service;
}

function supervise(...services: TaskService[]) {
  const supervisor = new Supervisor({
    services,
    logFile: (name) => `${name}.log`,
    kill: never,
    onChange: () => undefined,
  });
  const stateOf = (name: ServiceName) => supervisor.status().find((status) => status.name === name)?.state;
  return { supervisor, stateOf };
}

describe('a restart', () => {
  it('that is never ready is overtaken by the next one', async () => {
    let isOpen = true;
    const api = task('api', () => isOpen);
    const { supervisor, stateOf } = supervise(api);
    await supervisor.start([], never);
    isOpen = false;
    const first = await supervisor.restart('api', never);
    first.ready.catch(() => undefined);
    await expect.poll(() => api.runs).toBe(2);
    isOpen = true;
    const second = await supervisor.restart('api', never);
    const [overtaken] = await Promise.allSettled([first.ready, second.ready]);
    expect(overtaken).toMatchObject({ status: 'rejected', reason: { message: 'api was stopped' } });
    expect([stateOf('api'), api.runs]).toEqual(['ready', 3]);
  });

  it('that two ask for at once starts the service once', async () => {
    const api = task('api');
    const { supervisor, stateOf } = supervise(api);
    await supervisor.start([], never);
    const both = await Promise.all([supervisor.restart('api', never), supervisor.restart('api', never)]);
    await Promise.all(both.map(({ ready }) => ready));
    expect([stateOf('api'), api.runs]).toEqual(['ready', 2]);
  });
});

describe('a stop of everything', () => {
  it('is the last word: what was about to begin does not', async () => {
    let end = () => {};
    const stopping = new Promise<void>((resolve) => {
      end = resolve;
    });
    const ingest: TaskService = {
      ...task('ingest', () => false),
      run: async (signal) => {
        await untilAborted(signal);
        await stopping;
        throw signal.reason;
      },
    };
    const { supervisor, stateOf } = supervise(ingest);
    const first = supervisor.start([], never);
    first.catch(() => undefined);
    await expect.poll(() => stateOf('ingest')).toBe('starting');
    const next = task('ingest');
    const told = supervisor
      .redefine([next], ['ingest'])
      .then(() => supervisor.start(['ingest'], never, ['ingest']));
    const stopped = supervisor.stop();
    end();
    await expect(told).rejects.toThrow('The stack is being stopped');
    await stopped;
    expect(next.runs).toBe(0);
  });
});

describe('a start that is given up', () => {
  it('stops what it began, but for what it is told to keep', async () => {
    const { supervisor, stateOf } = supervise(
      task('ingest', () => false),
      task('api', () => false),
    );
    const stop = new AbortController();
    const started = supervisor.start([], stop.signal, ['ingest']);
    await expect.poll(() => [stateOf('ingest'), stateOf('api')]).toEqual(['starting', 'starting']);
    stop.abort(new Error('late'));
    await expect(started).rejects.toThrow('late');
    expect([stateOf('ingest'), stateOf('api')]).toEqual(['starting', 'stopped']);
    await supervisor.stop();
    expect(stateOf('ingest')).toBe('stopped');
  });
});

it('a start that is too late when it begins fails as it should, and disturbs nothing else', async () => {
  const [kafka, cassandra] = [task('kafka'), task('cassandra')];
  const schema = { ...task('schema'), dependsOn: ['cassandra' as const] };
  const { supervisor, stateOf } = supervise(kafka, cassandra, schema);
  await supervisor.start(['kafka'], never);
  const late = supervisor.start([], AbortSignal.abort(new Error('late')), ['kafka']);
  await expect(late).rejects.toThrow('late');
  // A rejection that nobody handles fails the run.
  await new Promise(setImmediate);
  expect(stateOf('kafka')).toBe('ready');
});
