import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Chalk } from 'chalk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../contract/errors.ts';
import { renderError } from '../output/render-error.ts';
import { loadConfig } from './load.ts';

const canary = 'oauth:canary-7f3d';
let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'twitchstats-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function writeConfig(content: unknown, name = 'twitchstats.config.json') {
  writeFileSync(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content));
}

function failure(sources: Omit<Parameters<typeof loadConfig>[0], 'cwd'>): AppError {
  try {
    loadConfig({ cwd, ...sources });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('expected the configuration to be refused');
}

describe('loadConfig', () => {
  it('has the defaults of the contract', () => {
    const { settings, sources } = loadConfig({ cwd, env: {} });
    expect(settings).toMatchObject({
      KAFKA_BROKERS: ['localhost:9092'],
      KAFKA_TOPIC_CHAT_MESSAGES: 'twitch-chat-messages',
      WINDOW_SIZE_SECONDS: 600,
      CASSANDRA_HOSTS: ['localhost:9042'],
      PORT: 3000,
      CORS_ORIGIN: ['http://localhost:5173'],
    });
    expect(sources.PORT).toBe('default');
  });

  it('takes paths from where it was called, so that they mean the same to every service', () => {
    const env = { KAFKA_TLS_CA: 'certs/ca.pem', STATE_DIR: '/var/state' };
    const { settings } = loadConfig({ cwd, env });
    expect(settings.KAFKA_TLS_CA).toBe(join(cwd, 'certs', 'ca.pem'));
    expect(settings.STATE_DIR).toBe('/var/state');
    expect(settings.CASSANDRA_TLS_CA).toBeUndefined();
  });

  it('lets a flag win over the environment, that over the file, that over the running stack', () => {
    writeConfig({ PORT: 3, KAFKA_CLIENT_ID: 'file', LOG_LEVEL: 'warn' });
    const { settings, sources } = loadConfig({
      cwd,
      flags: { PORT: 1 },
      env: { PORT: '2', KAFKA_CLIENT_ID: 'environment' },
      runningStack: { PORT: '4', KAFKA_CLIENT_ID: 'stack', LOG_LEVEL: 'debug', KAFKA_GROUP_ID: 'stack' },
    });
    expect(settings).toMatchObject({
      PORT: 1,
      KAFKA_CLIENT_ID: 'environment',
      LOG_LEVEL: 'warn',
      KAFKA_GROUP_ID: 'stack',
    });
    expect(sources).toMatchObject({
      PORT: 'flag',
      KAFKA_CLIENT_ID: 'environment',
      LOG_LEVEL: 'file',
      KAFKA_GROUP_ID: 'running stack',
      HOST: 'default',
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ cwd, env: { PORT: '' } }).settings.PORT).toBe(3000);
  });

  it('takes null in the file and blanks in the environment for nothing, and knows the byte order mark', () => {
    writeConfig('\uFEFF{"PORT": null, "KAFKA_CLIENT_ID": "mine"}');
    const { settings } = loadConfig({ cwd, env: { INGEST_HTTP_PORT: ' ' } });
    expect([settings.PORT, settings.INGEST_HTTP_PORT, settings.KAFKA_CLIENT_ID]).toEqual([
      3000,
      9405,
      'mine',
    ]);
  });

  it('gives an address the port of its server, and takes nothing else for one', () => {
    const read = (KAFKA_BROKERS: string) =>
      loadConfig({ cwd, env: { KAFKA_BROKERS } }).settings.KAFKA_BROKERS;
    expect(read('localhost, b.example:19092,[::1],[::1]:1')).toEqual([
      ...['localhost:9092', 'b.example:19092', '[::1]:9092', '[::1]:1'],
    ]);
    for (const wrong of ['http://h:9092', 'h:abc', 'h:99999', 'h:9092/x', '::1', 'joe@h:1'])
      expect(failure({ env: { CASSANDRA_HOSTS: wrong } }).detail, wrong).toContain('an address is host:port');
  });

  it('refuses a URL with a password in it, without saying it again', () => {
    for (const name of ['TWITCHSTATS_API_URL', 'TWITCH_IRC_URL']) {
      const protocol = name === 'TWITCH_IRC_URL' ? 'wss' : 'http';
      const { detail = '' } = failure({
        env: { [name]: `${protocol}://joe:${canary.slice(6)}@127.0.0.1:9` },
      });
      expect(detail).toContain(`${name} (from environment): a URL with a name or password`);
      expect(detail).not.toContain(canary.slice(6));
    }
  });

  it('says what is no URL', () => {
    for (const name of ['TWITCHSTATS_API_URL', 'TWITCH_IRC_URL'])
      expect(failure({ env: { [name]: 'nonsense' } }).detail).toContain(
        `${name} (from environment): Invalid URL`,
      );
  });

  it('warns of unknown keys in the file', () => {
    writeConfig({ KAFKA_BROKER: 'localhost:1', PORT: 3001 });
    const { settings, warnings } = loadConfig({ cwd, env: {} });
    expect(settings.PORT).toBe(3001);
    expect(warnings).toEqual(['unknown key "KAFKA_BROKER" in the configuration file']);
  });

  it('warns of a home directory in the file, which is known before any file is read', () => {
    writeConfig({ TWITCHSTATS_HOME: '/elsewhere' });
    expect(loadConfig({ cwd, env: {} }).warnings).toEqual([
      'TWITCHSTATS_HOME in the configuration file means nothing: use --home or the environment',
    ]);
  });

  it('says which setting is wrong and where it came from', () => {
    const error = failure({ env: { PORT: '99999', TWITCH_IRC_URL: 'ws://example.org' } });
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.detail).toMatch(/^PORT \(from environment\): /m);
    expect(error.detail).toMatch(/^TWITCH_IRC_URL \(from environment\): plain ws:\/\/ is only for loopback/m);
  });

  it('reads channels as people write them', () => {
    expect(loadConfig({ cwd, env: { TWITCH_CHANNEL: ' #Forsen, xqc,,' } }).settings.TWITCH_CHANNEL).toEqual([
      'forsen',
      'xqc',
    ]);
  });

  it('names the file that it cannot read', () => {
    expect(failure({ env: {}, file: 'missing.json' }).code).toBe('FILE_UNREADABLE');
    writeConfig('[]');
    expect(failure({ env: {} }).code).toBe('CONFIG_INVALID');
  });

  it('never repeats a secret: not in values, not in errors, not in the fault of a file', () => {
    const { settings } = loadConfig({ cwd, env: { TWITCH_OAUTH_TOKEN: canary } });
    expect(settings.TWITCH_OAUTH_TOKEN?.reveal()).toBe(canary);
    expect(inspect(settings, { depth: 9 }) + JSON.stringify(settings)).not.toContain('canary');
    const broken = [
      `{"TWITCH_OAUTH_TOKEN": "${canary}",}`,
      `{"TWITCH_OAUTH_TOKEN": "${canary}"`,
      `"${canary}"`,
      canary,
    ];
    for (const content of broken) {
      writeConfig(content, 'broken.json');
      const error = failure({ env: { KAFKA_SASL_PASSWORD: canary, PORT: 'x' }, file: 'broken.json' });
      expect(renderError(error, { json: false, paint: new Chalk({ level: 0 }) })).not.toContain('canary');
      expect(inspect(error, { depth: 9 })).not.toContain('canary');
    }
    writeConfig({ TWITCH_OAUTH_TOKEN: [canary], CASSANDRA_PASSWORD: { canary: true } });
    expect(inspect(failure({ env: {} }), { depth: 9 })).not.toContain('canary');
  });
});
