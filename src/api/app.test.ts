import { describe, expect, test } from 'vitest';
import { channelListSchema, channelViewSchema, healthSchema, problemSchema } from '../contract/api.ts';
import { buildTestApp } from '../testing/api-app.ts';
import type { StatsCache } from './stats-cache.ts';

const start = 1_784_030_400_000;

function fill(cache: StatsCache, ...names: string[]): void {
  for (const [index, name] of names.entries()) {
    const record = {
      channel_id: String(index + 1),
      channel_name: name,
      message_count: 10 * (index + 1),
      window_start: start,
      window_end: start + 600_000,
      window_duration_seconds: 600,
      updated_at: start + 5000,
    };
    cache.apply(record.channel_id, Buffer.from(JSON.stringify(record)), start);
  }
}

const at = { now: () => start + 60_000 };

describe('stats', () => {
  test('have the contract’s shape, by id and by name', async () => {
    const { app, cache } = await buildTestApp(at);
    fill(cache, 'forsen');
    for (const channel of ['1', 'forsen', 'FORSEN']) {
      const response = await app.inject(`/api/channels/${channel}/stats`);
      expect(response.statusCode).toBe(200);
      expect(channelViewSchema.parse(response.json())).toMatchObject({
        channel_id: '1',
        message_count: 10,
        current_window: { start, end: start + 600_000, duration_seconds: 600 },
        last_updated: start + 5000,
        current: true,
        stale: false,
      });
    }
  });

  test('are tagged: who has the same already gets 304 without a body', async () => {
    const { app, cache } = await buildTestApp(at);
    fill(cache, 'forsen');
    const first = await app.inject('/api/channels/1/stats');
    const tag = String(first.headers.etag);
    const same = await app.inject({ url: '/api/channels/1/stats', headers: { 'if-none-match': tag } });
    expect(same.statusCode).toBe(304);
    expect(same.body).toBe('');
    cache.setStale(true);
    const changed = await app.inject({ url: '/api/channels/1/stats', headers: { 'if-none-match': tag } });
    expect(changed.statusCode).toBe(200);
  });

  test.each([
    ['ready', true, 404, 'channel-unknown'],
    ['away', false, 503, 'unavailable'],
  ])('of a channel nobody knows, Kafka %s', async (_, kafkaReady, status, type) => {
    const { app } = await buildTestApp({ kafkaReady });
    const response = await app.inject('/api/channels/nobody/stats');
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(problemSchema.parse(response.json())).toMatchObject({
      type: `urn:twitchstats:problem:${type}`,
      status,
      instance: '/api/channels/nobody/stats',
      request_id: response.headers['x-request-id'],
    });
  });

  test('known before Kafka went away are still served, marked stale, while health is 503', async () => {
    const { app, cache } = await buildTestApp({ ...at, kafkaReady: false });
    cache.setStale(false);
    fill(cache, 'forsen');
    cache.setStale(true);
    expect((await app.inject('/api/channels/forsen/stats')).json()).toMatchObject({ stale: true });
    const health = await app.inject('/api/health');
    expect(health.statusCode).toBe(503);
    expect(healthSchema.parse(health.json()).status).toBe('unhealthy');
  });
});

test('the list is 503 while nobody can know that it is empty', async () => {
  const away = await buildTestApp({ kafkaReady: false });
  expect((await away.app.inject('/api/channels')).statusCode).toBe(503);
  const { app } = await buildTestApp();
  expect((await app.inject('/api/channels')).json()).toEqual({ channels: [], next_cursor: null });
});

test('the list of channels goes page by page', async () => {
  const { app, cache } = await buildTestApp(at);
  fill(cache, ...Array.from({ length: 25 }, (_, index) => `channel${index}`));
  const names: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: Record<string, string> = cursor === '' ? { limit: '10' } : { limit: '10', cursor };
    const page = channelListSchema.parse((await app.inject({ url: '/api/channels', query })).json());
    names.push(...page.channels.map(({ channel_name }) => channel_name));
    cursor = page.next_cursor;
  }
  expect(names).toEqual(Array.from({ length: 25 }, (_, index) => `channel${24 - index}`));
});

test('a page of channels goes on where it was when the channel that ended the last one is gone', async () => {
  const { app, cache } = await buildTestApp(at);
  fill(cache, 'one', 'two', 'three', 'four');
  const ask = async (query: Record<string, string>) =>
    channelListSchema.parse((await app.inject({ url: '/api/channels', query })).json());
  const first = await ask({ limit: '2' });
  cache.apply(first.channels[1]?.channel_id, undefined, at.now());
  const second = await ask({ limit: '2', cursor: first.next_cursor ?? '' });
  expect(second.channels.map(({ channel_name }) => channel_name)).toEqual(['two', 'one']);
});

test.each([
  '/api/channels?limit=0',
  '/api/channels?limit=x',
  '/api/channels?cursor=%00',
  '/api/channels/1/messages?from=2&to=1',
  '/api/channels/1/messages?cursor=W10',
  '/api/channels/1/messages?from=-1',
  '/api/channels/1/messages?to=',
  '/api/channels/1/messages?to=%20',
  '/api/channels/1/stats/history?from=0x10',
  '/api/channels/1/stats/history?limit=100000',
  '/api/channels/%ff/stats',
  '/api/stream?events=everything',
])('%s is 400 with a problem document', async (url) => {
  const { app } = await buildTestApp();
  const response = await app.inject(url);
  expect(response.statusCode).toBe(400);
  expect(problemSchema.parse(response.json()).type).toBe('urn:twitchstats:problem:bad-request');
});

test.each([
  ['/api/channels/forsen/stats', 'GET, HEAD'],
  ['/api/channels', 'GET, HEAD'],
  ['/api/channels/1/messages', 'GET, HEAD'],
  ['/api/stream', 'GET'],
  ['/api/openapi.json', 'GET, HEAD'],
  ['/health', 'GET, HEAD'],
  ['/metrics', 'GET, HEAD'],
  ['/', 'GET, HEAD'],
])('%s takes %s, and answers 405 to other methods before it looks at their body', async (url, allow) => {
  const { app } = await buildTestApp();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    const headers = { 'content-type': 'application/x-unknown' };
    const response = await app.inject({ method, url, headers, payload: 'x'.repeat(100_000) });
    expect([method, response.statusCode, response.headers.allow]).toEqual([method, 405, allow]);
    expect(problemSchema.parse(response.json()).type).toBe('urn:twitchstats:problem:method-not-allowed');
    expect(response.headers['x-request-id']).toBeDefined();
  }
  expect((await app.inject({ method: 'POST', url: '/api/nothing' })).statusCode).toBe(404);
});

test('OPTIONS that is no preflight is answered all the same', async () => {
  const { app } = await buildTestApp();
  const response = await app.inject({ method: 'OPTIONS', url: '/api/channels' });
  expect([response.statusCode, response.body]).toEqual([204, '']);
});

test('what is not there names where to look', async () => {
  const { app } = await buildTestApp();
  expect(problemSchema.parse((await app.inject('/api')).json()).detail).toContain('/api/docs');
});

test('HEAD of the stream is 405: it would never end', async () => {
  const { app } = await buildTestApp();
  const response = await app.inject({ method: 'HEAD', url: '/api/stream' });
  expect([response.statusCode, response.headers.allow]).toEqual([405, 'GET']);
});

test('what fails inside is 500 without a word of it', async () => {
  const { app } = await buildTestApp();
  app.get('/api/fails', () => {
    throw new Error('the secret is swordfish');
  });
  const response = await app.inject('/api/fails');
  expect(response.statusCode).toBe(500);
  expect(response.body).not.toContain('swordfish');
  expect(problemSchema.parse(response.json()).type).toBe('urn:twitchstats:problem:internal');
});

describe('who may read', () => {
  test('browsers of the configured origins only', async () => {
    const { app } = await buildTestApp({ settings: { CORS_ORIGIN: 'https://a.example,https://b.example' } });
    const allowed = async (origin: string) =>
      (await app.inject({ url: '/api/health', headers: { origin } })).headers['access-control-allow-origin'];
    expect(await allowed('https://b.example')).toBe('https://b.example');
    expect(await allowed('https://b.example.evil.example')).toBeUndefined();
    expect(await allowed('http://localhost:5173')).toBeUndefined();
  });

  test('pages that rebind their own name to this machine are refused', async () => {
    const { app } = await buildTestApp();
    const asked = async (host: string) =>
      (await app.inject({ url: '/api/channels', headers: { host } })).statusCode;
    expect(await asked('evil.example')).toBe(403);
    expect(await asked('127.0.0.1.evil.example:3000')).toBe(403);
    for (const host of ['localhost:3000', '127.0.0.1:3000', '[::1]:3000'])
      expect(await asked(host)).toBe(200);
  });

  test('an API that is open beyond this machine refuses rebound names too', async () => {
    const { app } = await buildTestApp({ settings: { HOST: '0.0.0.0', API_OPEN: true } });
    const asked = async (host: string) =>
      (await app.inject({ url: '/api/channels', headers: { host } })).statusCode;
    for (const host of ['evil.example', '127.0.0.1.evil.example:3000', 'localhost.evil.example'])
      expect([host, await asked(host)]).toEqual([host, 403]);
    for (const host of ['localhost:3000', '127.0.0.1:3000', '172.18.0.5:3000', '[fd00::5]:3000', 'api:3000'])
      expect([host, await asked(host)]).toEqual([host, 200]);
    const near = await buildTestApp({ settings: { API_OPEN: true } });
    const answer = await near.app.inject({ url: '/api/channels', headers: { host: '172.18.0.5' } });
    expect(answer.statusCode).toBe(403);
  });

  test('with a token set, those who send it; health and metrics need none', async () => {
    const { app } = await buildTestApp({ settings: { HOST: '0.0.0.0', API_TOKEN: 'swordfish' } });
    const asked = async (url: string, authorization?: string) => {
      const headers = { host: 'stats.example', ...(authorization === undefined ? {} : { authorization }) };
      return (await app.inject({ url, headers })).statusCode;
    };
    expect(await asked('/api/channels')).toBe(401);
    expect(await asked('/api/channels', 'Bearer wrong')).toBe(401);
    expect(await asked('/api/channels', 'Basic swordfish')).toBe(401);
    expect(await asked('/api/nothing')).toBe(401);
    expect(await asked('/api/channels', 'Bearer swordfish')).toBe(200);
    expect(await asked('/api/health')).toBe(200);
    expect(await asked('/metrics')).toBe(200);
  });

  test('callers from elsewhere, as often as API_RATE_LIMIT allows; this machine without a limit', async () => {
    const { app } = await buildTestApp({ settings: { API_RATE_LIMIT: 3, HOST: '0.0.0.0', API_OPEN: true } });
    const codes = async (remoteAddress: string) => {
      const answers = [];
      for (let index = 0; index < 5; index += 1) {
        answers.push(await app.inject({ url: '/api/health', remoteAddress }));
      }
      return answers;
    };
    const far = await codes('192.0.2.7');
    expect(far.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429, 429]);
    expect(problemSchema.parse(far[4]?.json()).type).toBe('urn:twitchstats:problem:too-many-requests');
    expect(far[4]?.headers['retry-after']).toBeDefined();
    const near = await codes('127.0.0.1');
    expect(near.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
  });

  test('callers from elsewhere who are refused, not more often', async () => {
    const settings = { API_RATE_LIMIT: 4, HOST: '0.0.0.0', API_TOKEN: 'swordfish' };
    const { app } = await buildTestApp({ settings });
    const codes: number[] = [];
    for (const [method, url] of [
      ['GET', '/api/channels'],
      ['GET', '/api/nothing'],
      ['GET', '/nothing'],
      ['POST', '/metrics'],
      ['GET', '/api/channels'],
    ] as const)
      codes.push((await app.inject({ method, url, remoteAddress: '192.0.2.7' })).statusCode);
    expect(codes).toEqual([401, 401, 401, 405, 429]);
  });
});

test('every answer has a request id and security headers, problems and strangers’ paths too', async () => {
  const { app } = await buildTestApp();
  for (const url of ['/api/health', '/api/nothing', '/api/docs', '/metrics']) {
    const { headers } = await app.inject({ url, headers: { 'x-request-id': 'my-id\r\nset-cookie' } });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['set-cookie']).toBeUndefined();
  }
});

test('/metrics tells requests by route, the cache and the clients', async () => {
  const { app, cache } = await buildTestApp(at);
  fill(cache, 'forsen', 'xqc');
  await app.inject('/api/channels/forsen/stats');
  await app.inject('/api/channels/nobody/stats');
  const { body, headers } = await app.inject('/metrics');
  expect(headers['content-type']).toMatch(/^text\/plain/);
  expect(body).toContain('twitchstats_api_cache_channels 2\n');
  expect(body).toContain('twitchstats_api_cache_misses_total{answered="unknown"} 1\n');
  expect(body).toContain(
    'twitchstats_api_request_seconds_count{route="/api/channels/:channelId/stats",method="GET",status="200"} 1\n',
  );
  expect(body).not.toContain('forsen');
});

test('large answers are compressed', async () => {
  const { app, cache } = await buildTestApp(at);
  fill(cache, ...Array.from({ length: 50 }, (_, index) => `channel${index}`));
  const headers = { 'accept-encoding': 'br, gzip' };
  const response = await app.inject({ url: '/api/channels', headers });
  expect(response.headers['content-encoding']).toBe('br');
  const small = await app.inject({ url: '/api/channels/1/stats', headers });
  expect(small.headers['content-encoding']).toBeUndefined();
});
