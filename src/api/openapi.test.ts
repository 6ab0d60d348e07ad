import { expect, test } from 'vitest';
import { z } from 'zod';
import { buildTestApp } from '../testing/api-app.ts';

const documentSchema = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()) })),
  ),
});

test('docs/openapi.json is what the routes say: write it anew with `npx vitest run --project unit src/api/openapi.test.ts -u`', async () => {
  const { app } = await buildTestApp();
  await app.ready();
  const document = `${JSON.stringify(app.swagger(), null, 2)}\n`;
  await expect(document).toMatchFileSnapshot('../../docs/openapi.json');
});

test('the document is served, names every public route, and documents each answer', async () => {
  const { app } = await buildTestApp();
  const response = await app.inject('/api/openapi.json');
  const document = documentSchema.parse(response.json());
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).sort()).toEqual([
    '/api/channels',
    '/api/channels/{channelId}/messages',
    '/api/channels/{channelId}/stats',
    '/api/channels/{channelId}/stats/history',
    '/api/channels/{channelId}/users/{userId}/messages',
    '/api/health',
    '/api/stream',
    '/health',
  ]);
  const text = JSON.stringify(document);
  expect(text).toContain('"$ref":"#/components/schemas/ChannelStats"');
  expect(text).not.toContain('Default Response');
});

test('the reference page is made of it, with no other host and no script', async () => {
  const { app } = await buildTestApp();
  const { body, headers } = await app.inject('/api/docs');
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(body).toContain('<code>GET /api/channels/{channelId}/stats</code>');
  expect(body).not.toMatch(/<script|https?:\/\//);
});
