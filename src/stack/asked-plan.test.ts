import { expect, it } from 'vitest';
import { settingsSchema } from '../config/settings.ts';
import { untilAborted } from '../contract/abort.ts';
import { AskedPlan } from './asked-plan.ts';
import type { ChatSource } from './chat-source.ts';
import type { ServiceName, TaskService } from './service.ts';
import { Supervisor } from './supervisor.ts';

const never = new AbortController().signal;

function task(name: ServiceName, run: TaskService['run']): TaskService {
  return { kind: 'task', name, dependsOn: [], run };
}

const demo = () => ({ do: 'start' as const, services: [], channels: [], demo: true, timeoutMs: 1 });

/** A stack whose API runs, and whose simulator never gets ready. */
async function startedStack() {
  const services = [
    task('api', async () => 'done'),
    task('simulator', async (signal) => {
      await untilAborted(signal);
      throw signal.reason;
    }),
  ];
  const settings = settingsSchema.parse({});
  const asked = new AskedPlan({ demo: false, channels: [] }, (source: ChatSource) => ({
    services: source.demo ? services : services.slice(0, 1),
    classData: [],
    settings,
  }));
  const supervisor = new Supervisor({
    services: asked.plan.services,
    logFile: (name) => `${name}.log`,
    kill: never,
    onChange: () => undefined,
  });
  await supervisor.start([], never);
  return { asked, supervisor };
}

it('forgets the chat of a join that could not be started', async () => {
  const { asked, supervisor } = await startedStack();
  const { names, changed, takeBack } = await asked.join(demo(), supervisor);
  expect(asked.source.demo).toBe(true);
  const late = AbortSignal.timeout(20);
  await expect(supervisor.start(names, late, changed)).rejects.toThrow();
  await takeBack?.();
  expect(asked.source).toEqual({ demo: false, channels: [] });
});

it('keeps the chat that is played, whatever became of the rest', async () => {
  const { asked, supervisor } = await startedStack();
  const { names, takeBack } = await asked.join(demo(), supervisor);
  const starting = supervisor.start(names, never);
  starting.catch(() => undefined);
  await expect.poll(() => supervisor.status().map(({ state }) => state)).toContain('starting');
  await takeBack?.();
  expect(asked.source.demo).toBe(true);
  await supervisor.stop();
});

it('takes the services of such a join back too: a later start does not begin them', async () => {
  const { asked, supervisor } = await startedStack();
  const { names, changed, takeBack } = await asked.join(demo(), supervisor);
  await expect(supervisor.start(names, AbortSignal.timeout(20), changed)).rejects.toThrow();
  await takeBack?.();
  expect(supervisor.status().map(({ name }) => name)).toEqual(['api']);
  await supervisor.start([], never);
});

it('still says of a service that it failed when its definition is replaced', async () => {
  const broken = task('cassandra', () => Promise.reject(new Error('no room')));
  const supervisor = new Supervisor({
    services: [broken],
    logFile: (name) => `${name}.log`,
    kill: never,
    onChange: () => undefined,
  });
  await expect(supervisor.start([], never)).rejects.toThrow('no room');
  await supervisor.redefine([{ ...broken }], []);
  expect(supervisor.status()).toMatchObject([{ name: 'cassandra', state: 'failed' }]);
});
