import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ChatArchive } from '../cassandra/archive.ts';
import { problemSchema } from '../contract/api.ts';
import type { ChannelStats } from '../contract/channel-stats.ts';
import { buildTestApp } from '../testing/api-app.ts';
import type { ArchiveAccess } from './archive-access.ts';

/** As much of the document as the fuzzer goes by. */
const documentSchema = z.object({
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
  paths: z.record(
    z.string(),
    z.object({
      get: z.object({
        parameters: z
          .array(
            z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']), required: z.boolean() }),
          )
          .default([]),
        responses: z.record(
          z.string(),
          z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })).optional() }),
        ),
      }),
    }),
  ),
});

/** An archive that knows one channel, with a row of everything. */
const memoryArchive: ArchiveAccess = {
  isConnected: () => true,
  read: (work) => work(knownChannel as ChatArchive),
  newestWindow: async (channel) => (channel === 'archived' ? archivedWindow : undefined),
};
const archivedWindow: ChannelStats = {
  channel_id: 'archived',
  channel_name: 'archived',
  message_count: 1,
  window_start: 0,
  window_end: 600_000,
  window_duration_seconds: 600,
  unique_chatters: 1,
  top_emotes: [],
  top_chatters: [],
  last_message_at: 0,
  updated_at: 5,
};
const knownChannel: Pick<ChatArchive, 'channelId' | 'windows' | 'messages'> = {
  channelId: async (channel) => (channel === 'archived' ? 'archived' : undefined),
  windows: async () => [archivedWindow],
  messages: async () => [
    {
      channel_id: 'archived',
      message_id: '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11',
      user_id: '1',
      username: 'viewer',
      message: 'hi',
      timestamp: 5,
      emotes: [],
    },
  ],
};

/** What callers send, by intent or not: the good, the border, the hostile. */
const value = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('archived', 'live', '1', '100') },
  fc.constantFrom(
    'archived',
    'live',
    '1',
    '',
    '0',
    '-1',
    '1000',
    '1001',
    '9007199254740992',
    '1e3',
    'NaN',
    '1.5',
  ),
  fc.constantFrom(
    'stats',
    'stats,gap',
    'message',
    'W10',
    'WzUsIngiXQ',
    '__proto__',
    '../../etc/passwd',
    '%00',
  ),
  fc.constantFrom("' OR 1=1; --", '<script>alert(1)</script>', '\u0000', '\ud800', '\u202e', 'a'.repeat(201)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer().map(String),
);

test('no route answers with a 5xx, an undocumented status or an undocumented body, whatever is asked', {
  timeout: 120_000,
}, async () => {
  const { app, cache } = await buildTestApp({ archive: memoryArchive });
  cache.apply(
    'live',
    Buffer.from(JSON.stringify({ ...archivedWindow, channel_id: 'live', updated_at: Date.now() })),
    5,
  );
  await app.ready();
  const document = documentSchema.parse(app.swagger());
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', components: document.components });
  const operations = Object.entries(document.paths).map(([path, { get }]) => ({ path, ...get }));
  const seen = new Map<string, number>();

  const request = fc.constantFrom(...operations).chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      values: fc.array(value, {
        minLength: operation.parameters.length,
        maxLength: operation.parameters.length,
      }),
      /** Three of four optional parameters are left out, so that some requests are whole. */
      given: fc.array(fc.integer({ min: 0, max: 3 }), {
        minLength: operation.parameters.length,
        maxLength: operation.parameters.length,
      }),
      etag: fc.constantFrom(undefined, '*', 'W/"x"'),
      method: fc.oneof(
        { weight: 9, arbitrary: fc.constant('GET' as const) },
        fc.constantFrom('POST' as const, 'PUT' as const, 'PATCH' as const, 'DELETE' as const),
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(request, async ({ operation, values, given, etag, method }) => {
      let path = operation.path;
      const query = new URLSearchParams();
      for (const [index, parameter] of operation.parameters.entries()) {
        // A lone surrogate cannot be written in a URL.
        const text = Buffer.from(values[index] ?? '').toString();
        if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(text));
        else if (given[index] === 0) query.append(parameter.name, text);
      }
      const url = query.size === 0 ? path : `${path}?${query}`;
      const headers: Record<string, string> = etag === undefined ? {} : { 'if-none-match': etag };
      // A stream has no end: its first answer is what counts.
      const isStream = operation.path === '/api/stream';
      const response = await app.inject({
        method,
        url,
        headers,
        ...(isStream ? { payloadAsStream: true } : {}),
      });
      const { statusCode } = response;
      if (method !== 'GET') {
        const body = isStream ? await textOf(response.stream()) : response.payload;
        // A path that fits no pattern any more is nowhere.
        if (![404, 414, 400].includes(statusCode)) {
          expect([statusCode, response.headers.allow]).toEqual([405, isStream ? 'GET' : 'GET, HEAD']);
        }
        expect(problemSchema.parse(JSON.parse(body)).status).toBe(statusCode);
        return;
      }
      const body = isStream && statusCode === 200 ? undefined : response.payload;
      if (isStream && statusCode === 200) response.stream().destroy();
      seen.set(`${operation.path} ${statusCode}`, (seen.get(`${operation.path} ${statusCode}`) ?? 0) + 1);

      expect(statusCode).toBeLessThan(500);
      // A path that does not fit the pattern any more (an empty part, a long one) is no call of this operation.
      const answer = operation.responses[String(statusCode)];
      if (answer === undefined) expect([404, 414]).toContain(statusCode);
      const [documented] = Object.entries(answer?.content ?? {});
      if (documented === undefined || body === undefined) return;
      expect(response.headers['content-type']).toContain(documented[0]);
      const valid = ajv.validate({ ...asObject(documented[1].schema, 'api') }, JSON.parse(body));
      expect(ajv.errorsText()).toBe('No errors');
      expect(valid).toBe(true);
    }),
    { numRuns: 1000 },
  );
  for (const { path } of operations) expect([...seen.keys()]).toContain(`${path} 200`);
});

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

/** References of the document, to where the validator knows it. */
function asObject(schema: unknown, id: string): object {
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${id}#/`);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}
