import {
  Kafka,
  type KafkaConfig,
  type LogEntry,
  logLevel,
  type RetryOptions,
  type SASLOptions,
} from 'kafkajs';
import { unreachable } from '../config/connection-trouble.ts';
import { readPemFile } from '../config/pem-file.ts';
import type { Settings } from '../config/settings.ts';
import { AppError, messageOf } from '../contract/errors.ts';
import type { Logger } from '../output/logger.ts';

export type KafkaSettings = Pick<
  Settings,
  | 'KAFKA_BROKERS'
  | 'KAFKA_SECURITY_PROTOCOL'
  | 'KAFKA_SASL_MECHANISM'
  | 'KAFKA_SASL_USERNAME'
  | 'KAFKA_SASL_PASSWORD'
  | 'KAFKA_TLS_CA'
  | 'KAFKA_TLS_CERT'
  | 'KAFKA_TLS_KEY'
>;

export interface KafkaClientOptions {
  /** Shown in the broker's logs and metrics. */
  readonly clientId: string;
  /** Where kafkajs logs; without one it is silent. Never stdout. */
  readonly logger?: Logger;
  /** How long to wait for a TCP (and TLS) connection. Default 3000. */
  readonly connectTimeoutMs?: number;
  /** How often and how long a request is tried before it rejects. Default 5 retries, at most 10 s in all. */
  readonly retry?: RetryOptions;
}

const DEFAULT_RETRY: RetryOptions = { retries: 5, initialRetryTime: 100, maxRetryTime: 10_000 };

/**
 * A kafkajs client from our settings. Connects nowhere yet.
 * @throws AppError CONFIG_INVALID when SASL lacks its user or password, FILE_UNREADABLE for a TLS file.
 */
export function createKafka(settings: KafkaSettings, options: KafkaClientOptions): Kafka {
  return new Kafka(kafkaConfig(settings, options));
}

/** What {@link createKafka} hands to kafkajs; throws what that throws. */
export function kafkaConfig(settings: KafkaSettings, options: KafkaClientOptions): KafkaConfig {
  const { logger } = options;
  const config: KafkaConfig = {
    clientId: options.clientId,
    brokers: settings.KAFKA_BROKERS,
    connectionTimeout: options.connectTimeoutMs ?? 3000,
    authenticationTimeout: 5000,
    requestTimeout: 30_000,
    // Without this a request that the broker never answers would wait for ever.
    enforceRequestTimeout: true,
    retry: { ...DEFAULT_RETRY, ...options.retry },
    logLevel: kafkaLogLevel(logger),
    logCreator: () => (entry) => {
      if (logger !== undefined) logTo(logger, entry);
    },
  };
  const protocol = settings.KAFKA_SECURITY_PROTOCOL;
  if (protocol === 'SSL' || protocol === 'SASL_SSL') config.ssl = tlsOptions(settings);
  if (protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL') config.sasl = saslOptions(settings);
  return config;
}

/** Anything kafkajs throws while talking to `brokers`, as an error that a person can act on. */
export function toKafkaError(error: unknown, settings: Pick<Settings, 'KAFKA_BROKERS'>): AppError {
  if (error instanceof AppError) return error;
  const brokers = settings.KAFKA_BROKERS.join(', ');
  const type = protocolErrorType(error);
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new AppError('KAFKA_TOPIC_MISSING', 'A Kafka topic is missing', {
      detail: messageOf(error),
      cause: error,
    });
  }
  if (hasName(error, 'KafkaJSNotImplemented')) {
    return new AppError(
      'KAFKA_COMPRESSION',
      'A topic has records that are compressed in a way not read here',
      {
        detail: messageOf(error),
        cause: error,
      },
    );
  }
  if (hasName(error, 'KafkaJSSASLAuthenticationError') || /SASL mechanism/.test(messageOf(error))) {
    return new AppError('KAFKA_UNREACHABLE', `Kafka at ${brokers} refused the login`, {
      detail: messageOf(error),
      hint: 'Check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.',
      cause: error,
    });
  }
  const server = `Kafka at ${brokers}`;
  return unreachable('KAFKA_UNREACHABLE', server, messageOf(error), connectionSettings, error);
}

const connectionSettings = {
  address: 'KAFKA_BROKERS',
  tls: 'KAFKA_SECURITY_PROTOCOL',
  ca: 'KAFKA_TLS_CA',
  cert: 'KAFKA_TLS_CERT',
  key: 'KAFKA_TLS_KEY',
};

/** Runs one call to Kafka; what it throws is an AppError ({@link toKafkaError}). */
export async function withKafkaErrors<T>(
  settings: Pick<Settings, 'KAFKA_BROKERS'>,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toKafkaError(error, settings);
  }
}

function tlsOptions({ KAFKA_TLS_CA, KAFKA_TLS_CERT, KAFKA_TLS_KEY }: KafkaSettings): KafkaConfig['ssl'] {
  if (KAFKA_TLS_CA === undefined && KAFKA_TLS_CERT === undefined && KAFKA_TLS_KEY === undefined) return true;
  return {
    ...(KAFKA_TLS_CA === undefined ? {} : { ca: [readPemFile('KAFKA_TLS_CA', KAFKA_TLS_CA)] }),
    ...(KAFKA_TLS_CERT === undefined ? {} : { cert: readPemFile('KAFKA_TLS_CERT', KAFKA_TLS_CERT) }),
    ...(KAFKA_TLS_KEY === undefined ? {} : { key: readPemFile('KAFKA_TLS_KEY', KAFKA_TLS_KEY) }),
  };
}

function saslOptions(settings: KafkaSettings): SASLOptions {
  const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = settings;
  if (username === undefined || password === undefined) {
    throw new AppError('CONFIG_INVALID', 'SASL needs a user and a password', {
      hint: 'Set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.',
    });
  }
  const login = { username, password: password.reveal() };
  switch (settings.KAFKA_SASL_MECHANISM) {
    case 'SCRAM-SHA-256':
      return { mechanism: 'scram-sha-256', ...login };
    case 'SCRAM-SHA-512':
      return { mechanism: 'scram-sha-512', ...login };
    default:
      return { mechanism: 'plain', ...login };
  }
}

function kafkaLogLevel(logger: Logger | undefined): logLevel {
  if (logger === undefined) return logLevel.NOTHING;
  return logger.isLevelEnabled('debug') ? logLevel.DEBUG : logLevel.INFO;
}

/**
 * kafkajs says every broken connection as an error, several times, although it retries: that is for debugging. What it
 * gives up on is thrown, and logged by who catches it; the rest goes one level down.
 */
function logTo(logger: Logger, { namespace, level, log }: LogEntry): void {
  const { message, timestamp: _timestamp, logger: _name, stack: _stack, ...rest } = log;
  const fields = { kafkajs: namespace, ...rest };
  const isRetried = namespace === 'Connection' || namespace === 'BrokerPool';
  if (level === logLevel.ERROR && !isRetried) logger.warn(fields, message);
  else if (level === logLevel.DEBUG) logger.trace(fields, message);
  else logger.debug(fields, message);
}

function protocolErrorType(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('type' in at && typeof at.type === 'string') return at.type;
  }
  return undefined;
}

function hasName(error: unknown, name: string): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === name) return true;
  }
  return false;
}
