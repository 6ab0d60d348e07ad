import swagger from '@fastify/swagger';
import type { FastifyPluginAsync } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { ApiInstance } from './api-instance.ts';
import { documentAnswers } from './openapi-answers.ts';
import { referencePage } from './reference-page.ts';

/** The version of the HTTP contract, not of the program. */
const API_VERSION = '1.0.0';

/** Generates the OpenAPI 3.1 document from the schemas of the routes that are registered after this. */
export async function generateOpenapi(app: ApiInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'twitchstats',
        version: API_VERSION,
        description:
          'Live counts of Twitch chat, its archive, and a stream of what happens. Every time is epoch milliseconds; ranges hold their beginning and not their end. Errors are problem documents (RFC 9457). Everything is read with GET or HEAD; other methods answer 405 (`MethodNotAllowed`).',
        license: { name: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'channels', description: 'The live counts' },
        { name: 'archive', description: 'What was said and counted, from Cassandra' },
        { name: 'stream', description: 'Server-sent events' },
        { name: 'health', description: 'The state of the service' },
      ],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{}, { token: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (input) => documentAnswers(jsonSchemaTransformObject(input)),
  });
}

/** `/api/openapi.json`, and the same for people at `/api/docs`. */
export const documentRoutes: FastifyPluginAsync = async (app) => {
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(app.swagger()),
  );
  app.get('/api/docs', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(referencePage(app.swagger())),
  );
};
