import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootstrap, bootstrapTopics } from '../../src/bootstrap/bootstrap.ts';
import type { Settings } from '../../src/config/settings.ts';
import { freePorts } from '../../src/stack/ports.ts';
import { embeddedServices, testClassPaths, testProcessorService } from '../../src/testing/embedded.ts';
import { startVictim, type Victim } from '../../src/testing/ledger/victim.ts';
import { mustBeArchived } from './archived-rows.ts';
import { topicEnds } from './chat-topic.ts';
import { mustBeCounted, ownSettings } from './count-contenders.ts';
import { type LagLooks, lagLooks } from './lag-looks.ts';
import { sendPaced } from './paced-sender.ts';
import { groupOf, untilCommitted } from './role-run.ts';

export interface RecoveryOptions {
  readonly settings: Settings;
  /** A role, or a server: then one of its own, which nobody else uses. */
  readonly killed: Killed;
  /** Messages a second, all the while. */
  readonly rate: number;
  /** How many kills. */
  readonly rounds: number;
  /** With a `GROUP_INSTANCE_ID`. */
  readonly isStatic: boolean;
  /** More settings of the processor. */
  readonly env: Readonly<Record<string, string>>;
}

export type Killed = 'count' | 'archive' | 'kafka' | 'cassandra';

/** Seconds from the kill. */
export interface Recovery {
  /** Until offsets are committed again. */
  readonly lagFallsSeconds: number;
  /** Until less than a second's messages are waiting, or no more than before the kill. */
  readonly caughtUpSeconds: number;
}

/** Whose lag tells. */
const roleOf = { count: 'count', archive: 'archive', kafka: 'count', cassandra: 'archive' } as const;
const BETWEEN_KILLS_MS = 5000;
/** So long before a kill the lag is the usual one: the archive gathers messages. */
const USUAL_MS = 2000;
/** Who was killed is dead, and who goes on has committed what the dead one had answered; nobody is back so soon. */
const DEAD_MS = 500;
const LOOK_EACH_MS = 50;
const PATIENCE_MS = 120_000;

/**
 * Kills a process under load, starts it again at once with the data it left, and watches the lag.
 * @throws Error when not exactly what was sent was counted, or archived, in the end
 */
export async function measureRecovery(options: RecoveryOptions): Promise<Recovery[]> {
  const { killed, rate, rounds } = options;
  const role = roleOf[killed];
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-bench-recovery-'));
  const [sendingEnds, ended] = [new AbortController(), new AbortController()];
  const victims: Victim[] = [];
  try {
    const server = killed === role ? undefined : await startServer(killed, directory, ended.signal);
    if (server !== undefined) victims.push(server.victim);
    const topic = `recovery-${crypto.randomUUID()}`;
    const settings = {
      ...ownSettings(options.settings),
      KAFKA_TOPIC_CHAT_MESSAGES: topic,
      ...server?.settings,
    };
    await (role === 'archive' ? bootstrap(settings) : bootstrapTopics(settings));
    const processor = await startRole(role, settings, directory, options, ended.signal);
    victims.push(processor);
    const looks = lagLooks(settings, role);
    const sending = sendPaced({ settings, rate, signal: sendingEnds.signal, onSend: () => undefined });
    // Told at the end.
    sending.catch(() => undefined);
    const recoveries: Recovery[] = [];
    try {
      for (let round = 0; round < rounds; round++)
        recoveries.push(await recovery(server?.victim ?? processor, looks, rate));
    } finally {
      sendingEnds.abort();
      await looks.close();
      await sending.catch(() => undefined);
    }
    await mustBeDone(settings, role, await sending);
    return recoveries;
  } finally {
    ended.abort();
    await Promise.all(victims.map((victim) => victim.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

async function startServer(killed: Killed, directory: string, signal: AbortSignal) {
  const name = killed === 'kafka' ? 'kafka' : 'cassandra';
  const service = embeddedServices(directory, await freePorts(5), await testClassPaths())[name];
  const victim = await startVictim(name, service, join(directory, `${name}.log`), signal);
  const address = [`127.0.0.1:${name === 'kafka' ? service.ports.broker : service.ports.cql}`];
  return { victim, settings: name === 'kafka' ? { KAFKA_BROKERS: address } : { CASSANDRA_HOSTS: address } };
}

async function startRole(
  role: 'count' | 'archive',
  settings: Settings,
  directory: string,
  { isStatic, env }: RecoveryOptions,
  signal: AbortSignal,
): Promise<Victim> {
  const [port = 0] = await freePorts(1);
  const service = await testProcessorService({
    settings,
    role,
    port,
    stateDir: join(directory, 'state'),
    runDir: directory,
    env: { ...env, WINDOW_SIZE_SECONDS: '86400', ...(isStatic ? { GROUP_INSTANCE_ID: 'bench' } : {}) },
  });
  return startVictim(role, service, join(directory, `${role}.log`), signal);
}

async function recovery(victim: Victim, { look }: LagLooks, rate: number): Promise<Recovery> {
  await sleep(BETWEEN_KILLS_MS - USUAL_MS);
  let waiting = rate;
  for (const until = performance.now() + USUAL_MS; performance.now() < until; await sleep(LOOK_EACH_MS)) {
    const now = await look();
    if (now !== undefined) waiting = Math.max(waiting, now.end - now.committed);
  }
  const killedAt = performance.now();
  const healing = victim.suffer({ kind: 'kill', pauseMs: 0 });
  // Told at the end.
  healing.catch(() => undefined);
  await sleep(DEAD_MS);
  const found = await watchLag(look, killedAt, waiting);
  await healing;
  return found;
}

async function watchLag(look: LagLooks['look'], killedAt: number, waiting: number): Promise<Recovery> {
  let committedAtDeath: number | undefined;
  let lagFallsSeconds: number | undefined;
  for (; performance.now() < killedAt + PATIENCE_MS; await sleep(LOOK_EACH_MS)) {
    const now = await look();
    if (now === undefined) continue;
    const seconds = (performance.now() - killedAt) / 1000;
    committedAtDeath ??= now.committed;
    if (now.committed > committedAtDeath) lagFallsSeconds ??= seconds;
    if (lagFallsSeconds !== undefined && now.end - now.committed <= waiting)
      return { lagFallsSeconds, caughtUpSeconds: seconds };
  }
  const what = lagFallsSeconds === undefined ? 'nothing was committed' : `more than ${waiting} were waiting`;
  throw new Error(`${what} ${PATIENCE_MS / 1000} s after a kill`);
}

async function mustBeDone(settings: Settings, role: 'count' | 'archive', sent: number): Promise<void> {
  if (role === 'count') return mustBeCounted(settings, sent);
  const ends = await topicEnds(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES);
  await untilCommitted(settings, groupOf(settings, role), ends, PATIENCE_MS);
  await mustBeArchived(settings, sent);
}
