import { z } from 'zod';
import { isLogin, loginOf } from '../contract/channel-names.ts';
import { Secret } from './secret.ts';

const text = z.string().trim().min(1);
const secret = text.transform((value) => new Secret(value));
/** As a header carries it: anything else would never match. */
const bearerToken = text
  .regex(/^[\x21-\x7e]+$/, 'a token is visible ASCII without spaces, such as `openssl rand -hex 32` prints')
  .transform((value) => new Secret(value));
const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.union([z.boolean(), z.stringbool()]);
const list = z
  .union([z.array(z.string()), z.string().transform((value) => value.split(','))])
  .transform((items) => items.map((item) => item.trim()).filter((item) => item !== ''));
/** `host`, `host:port`, `[::1]:port`. */
const address = /^(?:\[[\da-f:.%]+\]|[^\s:/@[\]]+)(?::(\d{1,5}))?$/i;
const isAddress = (text: string) => {
  const match = address.exec(text);
  return match !== null && Number(match[1] ?? 0) <= 65_535;
};
/** An address without a port gets this one. */
const addresses = (port: number) =>
  list
    .refine((items) => items.length > 0, 'needs at least one host:port')
    .refine((items) => items.every(isAddress), 'an address is host:port, without http:// and a path')
    .transform((items) => items.map((item) => (/:\d+$/.test(item) ? item : `${item}:${port}`)));
/** What is no URL was refused already: Zod goes on with the checks that follow. */
const whenUrl = (isRight: (url: URL) => boolean) => (value: string) =>
  !URL.canParse(value) || isRight(new URL(value));
/** A URL is shown in errors and by `status`. */
const withoutLogin = whenUrl(({ username, password }) => username === '' && password === '');
const LOGIN_IN_URL = 'a URL with a name or password in it would be shown; there are settings for these';
const channels = list
  .transform((items) => items.map(loginOf))
  .refine((items) => items.every(isLogin), 'a channel is a Twitch login: letters, digits, _');
const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);
const ircUrl = z
  .url({ protocol: /^wss?$/ })
  .refine(withoutLogin, LOGIN_IN_URL)
  .refine(
    whenUrl(({ protocol, hostname }) => protocol === 'wss:' || loopbackHosts.has(hostname)),
    'plain ws:// is only for loopback; use wss://',
  );
const securityProtocol = z.enum(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']);

/** Goes into DDL as text, so its form is checked: `3`, `dc1:3,dc2:2`, or a CQL map. */
const replication = z
  .string()
  .trim()
  .regex(
    /^(\d+|[\w-]+\s*:\s*\d+(\s*,\s*[\w-]+\s*:\s*\d+)*|\{('[\w.-]+'\s*:\s*('[\w.-]+'|\d+)[\s,]*)+\})$/,
    "a number of replicas, dc1:3,dc2:2, or a CQL map such as {'class': 'NetworkTopologyStrategy', 'dc1': 3}",
  );

/** What reads and writes can ask for; https://cassandra.apache.org/doc/latest/cassandra/architecture/dynamo.html#tunable-consistency */
export const consistencyLevels = [
  'ONE',
  'TWO',
  'THREE',
  'QUORUM',
  'ALL',
  'LOCAL_ONE',
  'LOCAL_QUORUM',
  'EACH_QUORUM',
] as const;

/**
 * Every setting, by the name of its environment variable, which is also its key in `twitchstats.config.json`.
 * The names and defaults are the public contract (docs/configuration.md).
 */
export const settingsSchema = z.object({
  TWITCH_CHANNEL: channels.default([]),
  TWITCH_USERNAME: text.optional(),
  TWITCH_OAUTH_TOKEN: secret.optional(),
  TWITCH_IRC_URL: ircUrl.default('wss://irc-ws.chat.twitch.tv:443'),
  KAFKA_BROKERS: addresses(9092).default(['localhost:9092']),
  KAFKA_TOPIC_CHAT_MESSAGES: text.default('twitch-chat-messages'),
  KAFKA_TOPIC_STATS: text.default('channel-stats'),
  KAFKA_TOPIC_WINDOWS: text.default('channel-window-stats'),
  KAFKA_TOPIC_DEAD_LETTERS: text.default('twitch-chat-dead-letters'),
  KAFKA_TOPIC_INGEST_EVENTS: text.default('twitch-ingest-events'),
  KAFKA_TOPIC_OPT_OUTS: text.default('twitch-opt-outs'),
  KAFKA_TOPIC_PARTITIONS: z.coerce.number().int().min(1).max(1000).default(3),
  KAFKA_REPLICATION_FACTOR: z.coerce.number().int().min(1).max(5).default(1),
  KAFKA_CLIENT_ID: text.default('twitch-ingestion-service'),
  KAFKA_GROUP_ID: text.default('api-service-consumer'),
  KAFKA_APPLICATION_ID: text.default('stream-processor'),
  KAFKA_SECURITY_PROTOCOL: securityProtocol.default('PLAINTEXT'),
  KAFKA_SASL_MECHANISM: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']).optional(),
  KAFKA_SASL_USERNAME: text.optional(),
  KAFKA_SASL_PASSWORD: secret.optional(),
  KAFKA_TLS_CA: text.optional(),
  KAFKA_TLS_CERT: text.optional(),
  KAFKA_TLS_KEY: text.optional(),
  CASSANDRA_HOSTS: addresses(9042).default(['localhost:9042']),
  CASSANDRA_KEYSPACE: z
    .string()
    .regex(/^[a-z]\w{0,47}$/, 'a lower-case CQL identifier')
    .default('twitch_chat'),
  CASSANDRA_TABLE: z
    .string()
    .regex(/^[a-z]\w{0,47}$/, 'a lower-case CQL identifier')
    .default('raw_chat_messages'),
  CASSANDRA_DATACENTER: text.default('datacenter1'),
  CASSANDRA_REPLICATION: replication.optional(),
  CASSANDRA_CONSISTENCY: z.enum(consistencyLevels).default('LOCAL_ONE'),
  CASSANDRA_USERNAME: text.optional(),
  CASSANDRA_PASSWORD: secret.optional(),
  CASSANDRA_TLS: flag.default(false),
  CASSANDRA_TLS_CA: text.optional(),
  CASSANDRA_TLS_CERT: text.optional(),
  CASSANDRA_TLS_KEY: text.optional(),
  WINDOW_SIZE_SECONDS: z.coerce.number().int().min(1).max(86_400).default(600),
  STATE_DIR: text.optional(),
  HOST: text.default('127.0.0.1'),
  PORT: port.default(3000),
  API_TOKEN: bearerToken.optional(),
  /** Listen beyond loopback without a token: for a container whose port is published on loopback only. */
  API_OPEN: flag.default(false),
  /** Requests a minute and caller; the machine's own addresses are not limited. */
  API_RATE_LIMIT: z.coerce.number().int().min(1).default(1200),
  CORS_ORIGIN: list.default(['http://localhost:5173']),
  INGEST_HTTP_HOST: text.default('127.0.0.1'),
  INGEST_HTTP_PORT: port.default(9405),
  PROCESSOR_HTTP_HOST: text.default('127.0.0.1'),
  PROCESSOR_HTTP_PORT: port.default(9404),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  NODE_ENV: text.default('development'),
  TWITCHSTATS_HOME: text.optional(),
  TWITCHSTATS_API_URL: z
    .url({ protocol: /^https?$/ })
    .refine(withoutLogin, LOGIN_IN_URL)
    .optional(),
});

/** Settings that name a file or a directory. */
export const pathSettings = [
  'KAFKA_TLS_CA',
  'KAFKA_TLS_CERT',
  'KAFKA_TLS_KEY',
  'CASSANDRA_TLS_CA',
  'CASSANDRA_TLS_CERT',
  'CASSANDRA_TLS_KEY',
  'STATE_DIR',
] as const satisfies readonly (keyof typeof settingsSchema.shape)[];

export type Settings = Readonly<z.infer<typeof settingsSchema>>;
export type SettingName = keyof Settings;
export const settingNames = Object.keys(settingsSchema.shape) as SettingName[];
