import type { OpenAPIV2, OpenAPIV3, OpenAPIV3_1 } from 'openapi-types';
import { problemKinds } from './problem.ts';

type Document = Partial<OpenAPIV2.Document> | Partial<OpenAPIV3.Document> | Partial<OpenAPIV3_1.Document>;

const problemRef = { $ref: '#/components/schemas/Problem' };
/** What any route can answer. */
const always: readonly number[] = [401, 403, 429, 500];
const descriptions = new Map<number, string>([
  [200, 'The answer'],
  [304, 'The caller has the same already (`If-None-Match`)'],
  ...Object.values(problemKinds).map(({ status, title }): [number, string] => [status, title]),
]);

/**
 * What the route schemas cannot say: errors are problem documents, each answer has a description, the stream is a
 * stream, and some answers any route can give. Drops the input variants of schemas, which no route takes.
 */
export function documentAnswers<T extends Document>(document: T): T {
  const components = 'components' in document ? document.components : undefined;
  for (const name of Object.keys(components?.schemas ?? {})) {
    if (name.endsWith('Input')) delete components?.schemas?.[name];
  }
  if (components !== undefined) components.responses = { MethodNotAllowed: methodNotAllowed };
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const operation = item !== undefined && 'get' in item ? item.get : undefined;
    if (operation === undefined || !('responses' in operation)) continue;
    operation.responses = answersOf(path, operation.responses);
  }
  return document;
}

function answersOf(path: string, declared: object): Record<string, object> {
  const answers = new Map<number, object>(
    Object.entries(declared).map(([status, answer]) => [
      Number(status),
      { ...answer, ...(Number(status) >= 400 && !isHealth(path) ? problemContent : {}) },
    ]),
  );
  for (const status of always) answers.set(status, problemContent);
  if (!isHealth(path) && path !== '/api/stream') answers.set(304, {});
  if (path === '/api/stream') {
    answers.set(200, { content: { 'text/event-stream': { schema: { type: 'string' } } } });
    answers.set(400, problemContent);
    answers.set(503, problemContent);
  }
  return Object.fromEntries(
    [...answers]
      .sort(([a], [b]) => a - b)
      .map(([status, answer]) => [
        String(status),
        { ...answer, description: descriptions.get(status) ?? '' },
      ]),
  );
}

const problemContent = { content: { 'application/problem+json': { schema: problemRef } } };

/** No operation answers it, every path does; OpenAPI has no place for that but a component. */
const methodNotAllowed = {
  description:
    'The address takes other methods, which `Allow` names: any method but GET and HEAD, at any path',
  headers: { Allow: { schema: { type: 'string' as const }, example: 'GET, HEAD' } },
  ...problemContent,
};

/** 503 is an answer there, not an error. */
function isHealth(path: string): boolean {
  return path.endsWith('/health');
}
