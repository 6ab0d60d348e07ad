import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../output/output.ts';
import type { ServiceStatus, StackState } from '../../stack/state.ts';
import { captureStream } from '../../testing/run-cli.ts';
import { banner } from './banner.ts';
import { createView } from './create-view.ts';

const plain = new Chalk({ level: 0 });

function service(name: ServiceStatus['name'], more: Partial<ServiceStatus> = {}): ServiceStatus {
  return { name, kind: 'process', state: 'ready', ports: {}, restarts: 0, detail: '', ...more };
}

const state: StackState = {
  version: 1,
  supervisor: { pid: 1, started: 'x' },
  control: { port: 1, token: 'secret' },
  startedAt: 0,
  infra: 'local',
  demo: true,
  channels: ['speedy_otter'],
  settings: {
    KAFKA_BROKERS: '127.0.0.1:9092',
    CASSANDRA_HOSTS: '127.0.0.1:9042',
    TWITCHSTATS_API_URL: 'http://127.0.0.1:3000',
  },
  services: [service('kafka'), service('cassandra'), service('ingest'), service('api')],
};

describe('the banner', () => {
  it('says what listens where, how long the data lives, and what to type next', () => {
    const text = banner(state, { home: '/home/ada/ts', tookMs: 7420, detached: false }, plain);
    expect(text).toMatchInlineSnapshot(`
      "
      Ready after 7.4 s.

        Kafka      127.0.0.1:9092
        Cassandra  127.0.0.1:9042
        API        http://127.0.0.1:3000/api/channels
        channels   speedy_otter (made up)
        data       /home/ada/ts/data, kept until \`twitchstats down --purge\`
        logs       /home/ada/ts/logs

        next twitchstats watch               the live dashboard
             twitchstats stats speedy_otter  one channel’s counts
             Ctrl-C                          stops everything
      "
    `);
  });

  it('does not speak of what was not started', () => {
    const servers = { ...state, demo: false, channels: [], services: [service('kafka')] };
    const text = banner(servers, { home: '/h', tookMs: 2000, detached: true }, plain);
    expect(text).not.toMatch(/Cassandra|API|watch|channels/);
    expect(text).toContain('twitchstats down');
    expect(text).not.toContain('secret');
  });
});

describe('a start in a pipe', () => {
  it('is told in plain lines, each change once, and never with an escape code', () => {
    const stderr = captureStream();
    const io = { stdin: process.stdin, stdout: captureStream(), stderr, env: {}, cwd: '/' };
    const view = createView(io, createOutput(io, { json: false, quiet: false, color: true }), false);
    const identity = { pid: 42, started: 'x' };
    const starting = service('kafka', { state: 'starting', process: identity, startedAt: 1000 });
    view.show({ type: 'planned', services: [service('kafka', { state: 'waiting' })] });
    view.show({ type: 'service', status: service('kafka', { state: 'starting', startedAt: 1000 }) });
    view.show({ type: 'service', status: starting });
    view.show({ type: 'service', status: { ...starting, detail: 'nothing listens on port 9092 yet' } });
    view.show({ type: 'service', status: { ...starting, state: 'ready', readyAt: 3100, detail: 'works' } });
    view.show({ type: 'service', status: service('topics', { kind: 'task', state: 'starting' }) });
    view.footer('1 message');
    view.show({ type: 'stopping' });
    view.end();
    expect(stderr.written()).toMatchInlineSnapshot(`
      "kafka      starting   pid 42
      kafka      ready      pid 42, 2.1 s, works
      Stopping everything in order; a second signal kills it at once.
      "
    `);
  });
});
