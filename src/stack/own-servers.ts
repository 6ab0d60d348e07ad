import type { Settings } from '../config/settings.ts';
import { AppError } from '../contract/errors.ts';

/**
 * Kafka takes its directory from a list with commas.
 * @throws AppError CONFIG_INVALID
 */
export function assertOwnServersFitIn(home: string): void {
  if (!home.includes(',')) return;
  throw new AppError('CONFIG_INVALID', `Kafka cannot live under ${home}: its path has a comma`, {
    hint: 'Name another directory with --home or TWITCHSTATS_HOME.',
  });
}

/** One broker and one node, whatever cluster the settings describe otherwise. */
export const ownServers = {
  KAFKA_REPLICATION_FACTOR: 1,
  CASSANDRA_DATACENTER: 'datacenter1',
  CASSANDRA_REPLICATION: undefined,
  CASSANDRA_CONSISTENCY: 'LOCAL_ONE',
} as const satisfies Partial<Settings>;

/**
 * The servers of `up` listen on 127.0.0.1 without TLS and passwords. Who sets these means a cluster of others, and all
 * commands that read the same environment would speak TLS to ours.
 * @throws AppError CONFIG_INVALID naming the setting
 */
export function assertOwnServersFit(settings: Settings): void {
  const fitting = { KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT', CASSANDRA_TLS: false } as const;
  const names = Object.keys(fitting) as (keyof typeof fitting)[];
  const name = names.find((setting) => settings[setting] !== fitting[setting]);
  if (name === undefined) return;
  throw new AppError('CONFIG_INVALID', `${name} is ${settings[name]}, which servers of \`up\` do not speak`, {
    detail: 'They listen on 127.0.0.1 alone, without TLS and passwords.',
    hint: `Unset ${name}, or use what runs elsewhere with \`twitchstats up --infra external\`.`,
  });
}
