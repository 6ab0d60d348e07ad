import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../contract/errors.ts';
import type { Logger } from '../output/logger.ts';
import { type CassandraSession, type CassandraSettings, connectCassandra } from './client.ts';

export interface KeptState {
  readonly connected: boolean;
  /** Epoch milliseconds of the last change of `connected`. */
  readonly since: number;
  readonly reason: string | undefined;
}

export interface KeptCassandra {
  /** The session while it is connected. */
  session(): CassandraSession | undefined;
  state(): KeptState;
  /** Resolves when everything is closed, after the signal was aborted. */
  readonly done: Promise<void>;
}

export interface KeepOptions {
  readonly logger?: Logger;
  readonly signal: AbortSignal;
  readonly onState?: (state: KeptState) => void;
}

/** Keeps a session to a cluster that may be away, now or later: connects when it can, and knows when it cannot. */
export function keepCassandra(
  settings: CassandraSettings,
  { logger, signal, onState }: KeepOptions,
): KeptCassandra {
  let session: CassandraSession | undefined;
  let state: KeptState = { connected: false, since: Date.now(), reason: 'not connected yet' };

  const change = (connected: boolean, reason: string | undefined) => {
    if (connected === state.connected && (connected || state.reason !== 'not connected yet')) return;
    state = { connected, reason, since: connected === state.connected ? state.since : Date.now() };
    if (connected) logger?.info('cassandra is connected');
    else logger?.warn({ reason }, 'cassandra is away; trying again');
    onState?.(state);
  };

  const keep = async () => {
    for (let failures = 0; !signal.aborted; ) {
      try {
        session ??= await connectCassandra(settings, logger === undefined ? {} : { logger });
        change(session.isConnected(), session.isConnected() ? undefined : 'no node is connected');
        failures = 0;
      } catch (error) {
        change(false, messageOf(error));
        failures += 1;
      }
      const waitMs = failures === 0 ? 1000 : Math.min(500 * 2 ** failures, 5000);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
    await session?.close();
  };

  return {
    session: () => (state.connected ? session : undefined),
    state: () => state,
    done: keep(),
  };
}
