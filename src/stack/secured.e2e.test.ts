import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type Cli, createCli, eventually } from '../testing/e2e/cli.ts';
import { remainingProcesses } from '../testing/e2e/leaks.ts';
import { type SecuredServers, startSecuredServers } from '../testing/secured-servers.ts';

/** `--infra external` against clusters as others run them: SASL_SSL, passwords, TLS with certificates on both sides. */

let servers: SecuredServers;
beforeAll(async () => {
  servers = await startSecuredServers();
});
afterAll(() => servers?.stop());

let cli: Cli;
beforeEach(async () => {
  cli = await createCli();
  onTestFinished(() => cli.dispose());
});

it('counts, serves, archives and replays, with the credentials of the environment', async () => {
  const { env } = servers;
  const up = await cli.run(
    ['up', '--infra', 'external', '--demo', '-d', '--ports', 'auto', '--timeout', '200'],
    env,
  );
  expect(up.exitCode, up.stderr).toBe(0);
  const some = ({ stdout, exitCode }: { stdout: string; exitCode: number }) =>
    exitCode === 0 && stdout.trim() !== '';
  const ask = (...args: string[]) => eventually(() => cli.run(args, env), some);
  expect(JSON.parse((await ask('stats', 'speedy_otter', '--json')).stdout).message_count).toBeGreaterThan(0);
  const tailed = (await ask('tail', 'speedy_otter', '--limit', '3')).stdout.trim().split('\n');
  // The archive is a moment behind, and orders equal timestamps by message_id.
  await eventually(
    () => cli.run(['replay', 'speedy_otter', '--speed', 'max'], env),
    ({ stdout }) => tailed.every((line) => stdout.split('\n').includes(line)),
  );
  expect((await cli.run(['bootstrap', '--check'], env)).exitCode).toBe(0);
  // Whoever has no password does not get in with what the home directory knows.
  const stranger = await cli.run(['cql', 'SELECT * FROM system.local']);
  expect(stranger.exitCode).toBe(3);
  expect((await cli.run(['down'])).exitCode).toBe(0);
  expect(await remainingProcesses(cli.home, 0)).toEqual([]);
}, 400_000);

/** The three lines that a person reads. */
async function told(server: 'kafka' | 'cassandra', env: Record<string, string | undefined>): Promise<string> {
  const kept = Object.entries({ ...servers.env, ...env }).filter(
    (entry): entry is [string, string] => !!entry[1],
  );
  const { stderr, exitCode } = await cli.run(['up', server, '--infra', 'external'], Object.fromEntries(kept));
  expect(exitCode).toBe(3);
  expect(await remainingProcesses(cli.home, 0)).toEqual([]);
  return stderr.slice(stderr.indexOf('error: ')).replace(/:\d+/g, ':PORT');
}

it('says which password is wrong', async () => {
  expect(await told('kafka', { KAFKA_SASL_PASSWORD: 'wrong' })).toMatchInlineSnapshot(`
    "error: Kafka at localhost:PORT refused the login
      SASL SCRAM SHA512 authentication failed: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512
    next: Check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD."
  `);
  expect(
    await told('kafka', { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_PASSWORD: 'wrong' }),
  ).toMatchInlineSnapshot(`
    "error: Kafka at localhost:PORT refused the login
      SASL PLAIN authentication failed: Authentication failed: Invalid username or password
    next: Check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD."
  `);
  expect(await told('kafka', { KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256' })).toMatchInlineSnapshot(`
    "error: Kafka at localhost:PORT refused the login
      The broker does not support the requested SASL mechanism
    next: Check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD."
  `);
  expect(await told('cassandra', { CASSANDRA_PASSWORD: 'wrong' })).toMatchInlineSnapshot(`
    "error: Cassandra at 127.0.0.1:PORT refused the login
      Provided username cassandra and/or password are incorrect
    next: Check CASSANDRA_USERNAME and CASSANDRA_PASSWORD."
  `);
});

it('says whose certificate is not trusted, or missing', async () => {
  expect(await told('kafka', { KAFKA_TLS_CA: undefined })).toMatchInlineSnapshot(`
    "error: Kafka at localhost:PORT has a certificate that is not trusted
      Connection error: unable to verify the first certificate
    next: Check KAFKA_TLS_CA: the authority that signed it."
  `);
  expect(await told('cassandra', { CASSANDRA_TLS_CA: undefined })).toMatchInlineSnapshot(`
    "error: Cassandra at 127.0.0.1:PORT has a certificate that is not trusted
      unable to verify the first certificate
    next: Check CASSANDRA_TLS_CA: the authority that signed it."
  `);
  // What arrives first, the alert or the end of the connection, is chance; both lead to the setting.
  const anonymous = { CASSANDRA_TLS_CERT: undefined, CASSANDRA_TLS_KEY: undefined };
  expect(await told('cassandra', anonymous)).toMatch(/next: .*CASSANDRA_TLS/);
});

it('says that the server wants TLS', async () => {
  expect(await told('kafka', { KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT' })).toMatch(
    /closed the connection\n.*\nnext: .*KAFKA_SECURITY_PROTOCOL/,
  );
  expect(await told('cassandra', { CASSANDRA_TLS: 'false' })).toMatch(
    /closed the connection\n.*\nnext: .*CASSANDRA_TLS/,
  );
});

it('says where nothing answers', async () => {
  expect(await told('kafka', { KAFKA_BROKERS: '127.0.0.1:9' })).toMatchInlineSnapshot(`
    "error: Cannot reach Kafka at 127.0.0.1:PORT
      Connection error: connect ECONNREFUSED 127.0.0.1:PORT
    next: Check KAFKA_BROKERS, and that this machine may connect to it."
  `);
  expect(await told('cassandra', { CASSANDRA_HOSTS: '127.0.0.1:9' })).toMatchInlineSnapshot(`
    "error: Cannot reach Cassandra at 127.0.0.1:PORT
      connect ECONNREFUSED 127.0.0.1:PORT
    next: Check CASSANDRA_HOSTS, and that this machine may connect to it."
  `);
});

it('is looked at by doctor', async () => {
  const { stdout } = await cli.run(['doctor', '--json'], { ...servers.env, KAFKA_SASL_PASSWORD: 'wrong' });
  const { findings } = z
    .object({ findings: z.array(z.record(z.string(), z.string())) })
    .parse(JSON.parse(stdout));
  expect(findings.find(({ name }) => name === 'Kafka')).toMatchObject({
    state: 'failure',
    remedy: 'Check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.',
  });
  expect(findings.find(({ name }) => name === 'Cassandra')?.state).toBe('ok');
});
