import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Cli, createCli } from '../testing/e2e/cli.ts';
import { remainingProcesses } from '../testing/e2e/leaks.ts';
import { packagePaths } from './paths.ts';

/**
 * The lines that a person reads when `up` fails, those of lifecycle.e2e and secured.e2e (ports, login, certificates)
 * aside; and nothing is left running.
 */

let cli: Cli;
beforeEach(async () => {
  cli = await createCli('empty');
  onTestFinished(() => cli.dispose());
});

const upKafka = ['up', 'kafka', '--ports', 'auto'];

/** The three lines of the error, and the exit code. */
async function failure(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { stderr, exitCode } = await cli.run(args, env);
  expect(await remainingProcesses(cli.home, 0)).toEqual([]);
  expect(readdirSync(cli.home).includes('stack') ? readdirSync(join(cli.home, 'stack')) : []).toEqual([]);
  return words(stderr, exitCode);
}

function words(stderr: string, exitCode: number | null): string {
  const error = stderr.slice(stderr.indexOf('error: ')).trim();
  return `${error.replaceAll(cli.home, 'HOME')}\nexit ${exitCode}`;
}

describe('a directory that cannot be written to', () => {
  it.each(['data', 'run', 'logs', 'cache'])('is named: %s', async (name) => {
    writeFileSync(join(cli.home, name), 'a file is in the way');
    const said = await failure(upKafka);
    expect(said).toMatch(
      /^error: Cannot write to HOME\/.*\n {2}E\w+: .*\nnext: Choose another directory with --home\.\nexit 1$/,
    );
    expect(said).toContain(`HOME/${name}`);
  });
});

describe('what was asked for', () => {
  it('is not a service', async () => {
    expect(await failure(['up', 'kafak'])).toMatchInlineSnapshot(`
      "error: There is no service "kafak" in this stack
      next: The services are kafka, cassandra, topics, schema, processor, simulator, ingest, api.
      exit 2"
    `);
  });

  it('is a server on another machine', async () => {
    expect(
      await failure(upKafka.slice(0, 2), { KAFKA_BROKERS: 'kafka.example:9092' }),
    ).toMatchInlineSnapshot(`
      "error: KAFKA_BROKERS is kafka.example:9092, which is not this machine
        \`up\` starts servers of its own on 127.0.0.1.
      next: Unset KAFKA_BROKERS, or use what runs there with \`twitchstats up --infra external\`.
      exit 2"
    `);
  });

  it('is a way to speak to servers of others', async () => {
    expect(await failure(upKafka, { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL' })).toMatchInlineSnapshot(`
      "error: KAFKA_SECURITY_PROTOCOL is SASL_SSL, which servers of \`up\` do not speak
        They listen on 127.0.0.1 alone, without TLS and passwords.
      next: Unset KAFKA_SECURITY_PROTOCOL, or use what runs elsewhere with \`twitchstats up --infra external\`.
      exit 2"
    `);
  });

  it('is a setting with a wrong value', async () => {
    expect(await failure(upKafka, { PORT: 'many' })).toMatchInlineSnapshot(`
      "error: The configuration has wrong values
        PORT (from environment): Invalid input: expected number, received NaN
      next: Correct the settings named above.
      exit 2"
    `);
  });

  it('takes longer than it may', async () => {
    const said = await failure([...upKafka, '--timeout', '0.2']);
    expect(said.replace(/^ {2}kafka: .*$/m, '  kafka: WHY')).toMatchInlineSnapshot(`
      "error: Not ready after 0.2 s
        kafka: WHY
      next: See \`twitchstats logs\`, or give it longer with --timeout.
      exit 3"
    `);
  });

  it('needs Docker, which is not there', async () => {
    expect(await failure(['up', '--infra', 'compose'], { PATH: cli.home })).toMatchInlineSnapshot(`
      "error: docker compose could not be started
        spawn docker ENOENT
      next: It needs Docker Engine 25 and Docker Compose 2.24 or newer; without them leave --infra out.
      exit 1"
    `);
  });
});

describe('libraries', () => {
  it('cannot be fetched', async () => {
    const nowhere = {
      COURSIER_CACHE: join(cli.home, 'none'),
      COURSIER_REPOSITORIES: 'http://127.0.0.1:9/m2',
    };
    const said = await failure(upKafka, nowhere);
    expect(said).toMatch(/^error: Cannot fetch the libraries of kafka/);
    expect(said).toMatch(/\nnext: Connect to the network once and run `twitchstats fetch`\.\nexit 1$/);
  });
});

/** Hides the usual places of JDKs from one command, as on a machine that has none there. */
function withoutJdks(env: Record<string, string>): string {
  const command = `mount -t tmpfs none /usr/lib/jvm && exec "${process.execPath}" "${packagePaths.cli}" --home "${cli.home}" ${upKafka.join(' ')}`;
  const { stderr, status } = spawnSync('unshare', ['-m', 'sh', '-c', command], {
    encoding: 'utf8',
    cwd: cli.home,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: cli.home, NO_COLOR: '1', ...env },
  });
  return words(stderr, status);
}

const canHide = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /usr/lib/jvm']).status === 0;

describe.skipIf(!canHide)('a JDK', () => {
  it('is missing', async () => {
    expect(withoutJdks({})).toMatchInlineSnapshot(`
      "error: No fitting JDK was found
        the processor needs a JDK 17 or newer. Found: none.
      next: Install a JDK 17 or set JAVA_HOME to one.
      exit 1"
    `);
    expect(await remainingProcesses(cli.home, 0)).toEqual([]);
  });

  it('is too old, too new, or none at all', async () => {
    for (const [name, version] of [
      ['old', '11.0.24'],
      ['new', '25.0.1'],
    ] as const) {
      const bin = fakeJava(name, 'exit 1');
      writeFileSync(join(bin, '..', 'release'), `JAVA_VERSION="${version}"\n`);
    }
    const bin = fakeJava('none', 'echo "command not found" >&2; exit 127');
    const path = `${bin}:${join(cli.home, 'new', 'bin')}:/usr/bin:/bin:/usr/sbin:/sbin`;
    expect(withoutJdks({ JAVA_HOME: join(cli.home, 'old'), PATH: path })).toMatchInlineSnapshot(`
      "error: No fitting JDK was found
        Cassandra 5.0 needs a JDK 17, not a newer one. Found: 11 in HOME/old, 25 in HOME/new.
      next: Install a JDK 17 or set JAVA_HOME to one.
      exit 1"
    `);
    expect(await remainingProcesses(cli.home, 0)).toEqual([]);
  });
});

function fakeJava(name: string, script: string): string {
  const bin = join(cli.home, name, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'java'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'java'), 0o755);
  return bin;
}

describe('a state file that says nonsense', () => {
  it.each([
    ['half of it', '{"version":1,"supervi'],
    ['of another version', '{"version":99}'],
    ['no JSON', '\0\0\0\0'],
  ])('is passed over by down and status: %s', async (_, text) => {
    mkdirSync(join(cli.home, 'stack'));
    writeFileSync(join(cli.home, 'stack', 'state.json'), text);
    expect((await cli.run(['status', '--json'])).exitCode).toBe(3);
    const down = await cli.run(['down']);
    expect([down.exitCode, down.stderr]).toEqual([0, 'Nothing was running.']);
    rmSync(join(cli.home, 'stack'), { recursive: true });
  });
});

it('purges everything that a run left, and nothing else', async () => {
  writeFileSync(join(cli.home, 'mine.txt'), 'not yours');
  expect((await cli.run([...upKafka, '-d'])).exitCode).toBe(0);
  expect(readdirSync(cli.home).sort()).toEqual(['cache', 'data', 'logs', 'mine.txt', 'run', 'stack']);
  // With the stack still running: it is stopped first.
  const purged = await cli.run(['down', '--purge', '--force']);
  expect(purged.exitCode, purged.stderr).toBe(0);
  expect(readdirSync(cli.home)).toEqual(['mine.txt']);
  expect(await remainingProcesses(cli.home, 0)).toEqual([]);
});
