import { errors, types } from 'cassandra-driver';
import { unreachable } from '../config/connection-trouble.ts';
import type { Settings } from '../config/settings.ts';
import { AppError, messageOf } from '../contract/errors.ts';

const { responseErrorCodes: codes } = types;

/** The server understood us and said no: the statement is at fault, not the connection. */
const statementErrors: readonly number[] = [
  codes.syntaxError,
  codes.invalid,
  codes.unauthorized,
  codes.configError,
  codes.alreadyExists,
  codes.functionFailure,
];

/** Anything the driver throws, as an error that a person can act on; the server's own words are the detail. */
export function toCassandraError(error: unknown, settings: Pick<Settings, 'CASSANDRA_HOSTS'>): AppError {
  if (error instanceof AppError) return error;
  const hosts = settings.CASSANDRA_HOSTS.join(', ');
  const first = firstInnerError(error);
  const detail = messageOf(first ?? error);
  if (first instanceof errors.AuthenticationError || isResponse(first, [codes.badCredentials])) {
    return new AppError('CASSANDRA_UNREACHABLE', `Cassandra at ${hosts} refused the login`, {
      detail,
      hint: 'Check CASSANDRA_USERNAME and CASSANDRA_PASSWORD.',
      cause: error,
    });
  }
  if (isResponse(error, [codes.invalid]) && isMissingSchema(detail)) {
    return new AppError('CASSANDRA_SCHEMA_MISSING', 'A keyspace or table is missing', {
      detail,
      cause: error,
    });
  }
  if (isResponse(error, statementErrors)) {
    return new AppError('CQL_FAILED', 'Cassandra refused the statement', { detail, cause: error });
  }
  if (error instanceof errors.ArgumentError || /localDataCenter|datacenter/i.test(detail)) {
    return new AppError('CASSANDRA_UNREACHABLE', `Cannot use Cassandra at ${hosts}`, {
      detail,
      hint: 'Check CASSANDRA_DATACENTER.',
      cause: error,
    });
  }
  if (
    first instanceof errors.OperationTimedOutError ||
    isResponse(first, [codes.readTimeout, codes.writeTimeout])
  ) {
    return new AppError('CASSANDRA_UNREACHABLE', `Cassandra at ${hosts} did not answer in time`, {
      detail,
      hint: 'It may be busy, or asked for too much at once: see `twitchstats status`.',
      cause: error,
    });
  }
  if (isResponse(first, [codes.unavailableException])) {
    return new AppError('CASSANDRA_UNREACHABLE', `Cassandra at ${hosts} has too few live replicas`, {
      detail,
      hint: 'Start the nodes that are down, or ask fewer replicas: CASSANDRA_CONSISTENCY.',
      cause: error,
    });
  }
  return unreachable('CASSANDRA_UNREACHABLE', `Cassandra at ${hosts}`, detail, connectionSettings, error);
}

const connectionSettings = {
  address: 'CASSANDRA_HOSTS',
  tls: 'CASSANDRA_TLS',
  ca: 'CASSANDRA_TLS_CA',
  cert: 'CASSANDRA_TLS_CERT',
  key: 'CASSANDRA_TLS_KEY',
};

/** "All host(s) tried for query failed" says nothing; what one of the hosts said does. */
function firstInnerError(error: unknown): unknown {
  if (!(error instanceof errors.NoHostAvailableError)) return error;
  return Object.values(error.innerErrors ?? {})[0] ?? error;
}

function isResponse(error: unknown, wanted: readonly number[]): boolean {
  return error instanceof errors.ResponseError && wanted.includes(error.code);
}

/** Cassandra 4 and 5: `table X does not exist`, `Keyspace X does not exist`, `unconfigured table X`. */
function isMissingSchema(message: string): boolean {
  return /\b(keyspace|table)\b.*does not exist|unconfigured table/i.test(message);
}
