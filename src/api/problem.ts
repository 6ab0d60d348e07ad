import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../contract/api.ts';

/** Every problem the API answers with: the last part of its `type`, its title and its status. */
export const problemKinds = {
  'bad-request': { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'A token is needed' },
  'host-refused': { status: 403, title: 'This host name is not served' },
  'channel-unknown': { status: 404, title: 'The channel is not known' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This address takes other methods' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The URL is too long' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something unforeseen failed' },
  unavailable: { status: 503, title: 'Not available right now' },
} as const;

export type ProblemKind = keyof typeof problemKinds;

/** Thrown by handlers; the error handler turns it into an answer. */
export class ApiProblem extends Error {
  readonly kind: ProblemKind;
  /** Seconds, for `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    kind: ProblemKind,
    detail: string,
    options: { retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'ApiProblem';
    this.kind = kind;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Answers with a problem document (RFC 9457). */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  kind: ProblemKind,
  detail?: string,
): FastifyReply {
  const { status, title } = problemKinds[kind];
  const problem: Problem = {
    type: `urn:twitchstats:problem:${kind}`,
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    instance: request.url.slice(0, 500),
    request_id: request.id,
  };
  return reply
    .code(status)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem));
}
