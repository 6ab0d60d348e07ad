import { setMaxListeners } from 'node:events';
import type { ConnectionOptions } from 'node:tls';
import { type Client, type ClientOptions, policies, types } from 'cassandra-driver';
import { readPemFile } from '../config/pem-file.ts';
import type { Settings } from '../config/settings.ts';
import { beforeAborted } from '../contract/abort.ts';
import { AppError } from '../contract/errors.ts';
import type { Logger } from '../output/logger.ts';
import { toCassandraError } from './errors.ts';
import { type PlainValue, plainValue } from './plain-value.ts';
import { SteadyClient } from './steady-client.ts';

export type CassandraSettings = Pick<
  Settings,
  | 'CASSANDRA_HOSTS'
  | 'CASSANDRA_DATACENTER'
  | 'CASSANDRA_CONSISTENCY'
  | 'CASSANDRA_USERNAME'
  | 'CASSANDRA_PASSWORD'
  | 'CASSANDRA_TLS'
  | 'CASSANDRA_TLS_CA'
  | 'CASSANDRA_TLS_CERT'
  | 'CASSANDRA_TLS_KEY'
>;

export type Row = Readonly<Record<string, PlainValue>>;

export interface Page {
  readonly columns: readonly string[];
  /** Plain JSON values by column ({@link plainValue}). */
  readonly rows: readonly Row[];
  /** Hand it to the next call for the rows behind these; undefined when there are none. */
  readonly pageState: string | undefined;
  /** Where `system_traces` has the trace that was asked for. */
  readonly traceId?: string | undefined;
}

/** Rows as the driver decodes them. */
export interface DriverPage {
  readonly rows: readonly types.Row[];
  readonly pageState: string | undefined;
}

export interface QueryOptions {
  /** Default true: prepared, and tried again on another node, so for reads and repeatable writes. False for a user's own. */
  readonly prepare?: boolean;
  /** Rows of one page; no more are fetched by one call. Default 1000. */
  readonly pageSize?: number;
  readonly pageState?: string | undefined;
  /** How long to wait for a node's answer. Default 5000 ms. */
  readonly timeoutMs?: number;
  /** For this statement alone; the settings' CASSANDRA_CONSISTENCY without it. */
  readonly consistency?: Settings['CASSANDRA_CONSISTENCY'];
  /** Let Cassandra write down what it does for this statement, in `system_traces`, under the page's `traceId`. */
  readonly trace?: boolean;
}

/** A connected session. Numbers go in as numbers: the driver encodes them as BIGINT where the column is one. */
export interface CassandraSession {
  /**
   * Runs one statement and returns one page.
   * @throws AppError CQL_FAILED, CASSANDRA_SCHEMA_MISSING, CASSANDRA_UNREACHABLE
   */
  query(cql: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<Page>;
  /** As `query`, for those in this folder who read many rows and know their columns. */
  driverPage(cql: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<DriverPage>;
  /** True while the driver holds a connection to at least one node. */
  isConnected(): boolean;
  /**
   * Runs one statement that changes the schema, and waits until all live nodes agree on the new one (at most 30 s).
   * @throws AppError as `query` does; CASSANDRA_UNREACHABLE when the nodes do not come to agree
   */
  alterSchema(statement: string): Promise<void>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly logger?: Logger;
  /** How long a connection may take. Default 5000 ms. */
  readonly connectTimeoutMs?: number;
  /** What unqualified table names mean. */
  readonly keyspace?: string;
  /**
   * Once it is aborted, connecting and queries reject with its reason: the driver cannot take back what it has asked, but
   * nobody has to wait for the answer. Changes of the schema are waited for all the same.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to the cluster that the settings name.
 * @throws AppError CASSANDRA_UNREACHABLE, FILE_UNREADABLE for a TLS file
 */
export async function connectCassandra(
  settings: CassandraSettings,
  options: ConnectOptions = {},
): Promise<CassandraSession> {
  const { logger, signal } = options;
  const client = new SteadyClient(clientOptions(settings, options));
  if (logger !== undefined) logFrom(client, logger);
  // Each query under way listens to it; that is no leak.
  if (signal !== undefined) setMaxListeners(0, signal);
  const answered = <Answer>(asked: Promise<Answer>): Promise<Answer> => beforeAborted(asked, signal);
  await answered(connect(client, settings, signal));
  const run = (...[cql, parameters, queryOptions]: Parameters<CassandraSession['query']>) =>
    answered(execute(client, settings, cql, parameters, queryOptions));
  return {
    query: async (...asked) => pageOf(await run(...asked)),
    driverPage: async (...asked) => {
      const { rows, pageState } = await run(...asked);
      return { rows: rows ?? [], pageState: pageState ?? undefined };
    },
    isConnected: () => client.getState().getConnectedHosts().length > 0,
    alterSchema: (statement) => alterSchema(client, settings, statement),
    close: () => client.shutdown(),
  };
}

async function connect(
  client: Client,
  settings: CassandraSettings,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    await client.shutdown();
    throw toCassandraError(error, settings);
  }
  // The driver does not end in the middle of it, and nobody waits any more.
  if (signal?.aborted) await client.shutdown();
}

function pageOf(result: types.ResultSet): Page {
  const columns = (result.columns ?? []).map(({ name }) => name);
  const rows = (result.rows ?? []).map((row) =>
    Object.fromEntries(columns.map((column) => [column, plainValue(row[column])])),
  );
  const { pageState, info } = result;
  return { columns, rows, pageState: pageState ?? undefined, traceId: info.traceId?.toString() };
}

async function execute(
  client: Client,
  settings: CassandraSettings,
  cql: string,
  parameters: readonly unknown[] = [],
  options: QueryOptions = {},
): Promise<types.ResultSet> {
  const {
    prepare = true,
    pageSize = 1000,
    pageState,
    timeoutMs = 5000,
    consistency,
    trace = false,
  } = options;
  try {
    return await client.execute(cql, [...parameters], {
      prepare,
      isIdempotent: prepare,
      fetchSize: pageSize,
      readTimeout: timeoutMs,
      traceQuery: trace,
      ...(pageState === undefined ? {} : { pageState }),
      ...(consistency === undefined ? {} : { consistency: consistencies[consistency] }),
    });
  } catch (error) {
    throw toCassandraError(error, settings);
  }
}

async function alterSchema(client: Client, settings: CassandraSettings, statement: string): Promise<void> {
  try {
    const { info } = await client.execute(statement, [], { prepare: false, readTimeout: 30_000 });
    // Missing from the driver's types, documented in its ResultSet.
    if (!('isSchemaInAgreement' in info) || info.isSchemaInAgreement === true) return;
  } catch (error) {
    throw toCassandraError(error, settings);
  }
  throw new AppError('CASSANDRA_UNREACHABLE', 'The Cassandra nodes do not agree on the schema', {
    detail: `after: ${statement.slice(0, 80)}`,
    hint: 'See `nodetool describecluster`; run `twitchstats bootstrap` again when the nodes agree.',
  });
}

const consistencies = {
  ONE: types.consistencies.one,
  TWO: types.consistencies.two,
  THREE: types.consistencies.three,
  QUORUM: types.consistencies.quorum,
  ALL: types.consistencies.all,
  LOCAL_ONE: types.consistencies.localOne,
  LOCAL_QUORUM: types.consistencies.localQuorum,
  EACH_QUORUM: types.consistencies.eachQuorum,
} as const satisfies Record<Settings['CASSANDRA_CONSISTENCY'], number>;

function clientOptions(
  settings: CassandraSettings,
  { connectTimeoutMs = 5000, keyspace }: ConnectOptions,
): ClientOptions {
  const { CASSANDRA_USERNAME: username, CASSANDRA_PASSWORD: password } = settings;
  return {
    contactPoints: [...settings.CASSANDRA_HOSTS],
    localDataCenter: settings.CASSANDRA_DATACENTER,
    queryOptions: { consistency: consistencies[settings.CASSANDRA_CONSISTENCY] },
    protocolOptions: { maxSchemaAgreementWaitSeconds: 30 },
    socketOptions: { connectTimeout: connectTimeoutMs },
    // By default the driver waits up to ten minutes between two tries.
    policies: { reconnection: new policies.reconnection.ExponentialReconnectionPolicy(250, 2000, false) },
    ...(keyspace === undefined ? {} : { keyspace }),
    ...(username === undefined ? {} : { credentials: { username, password: password?.reveal() ?? '' } }),
    ...(settings.CASSANDRA_TLS ? { sslOptions: tlsOptions(settings) } : {}),
  };
}

function tlsOptions(settings: CassandraSettings): ConnectionOptions {
  const { CASSANDRA_TLS_CA: ca, CASSANDRA_TLS_CERT: cert, CASSANDRA_TLS_KEY: key } = settings;
  return {
    // The driver leaves verification off unless told.
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca: [readPemFile('CASSANDRA_TLS_CA', ca)] }),
    ...(cert === undefined ? {} : { cert: readPemFile('CASSANDRA_TLS_CERT', cert) }),
    ...(key === undefined ? {} : { key: readPemFile('CASSANDRA_TLS_KEY', key) }),
  };
}

/** The driver reconnects by itself and says each try as a warning or an error: words for debugging. */
function logFrom(client: Client, logger: Logger): void {
  client.on('log', (level: string, className: string, message: string) => {
    if (level === 'verbose') return;
    logger.debug({ driver: className, level }, message);
  });
}
