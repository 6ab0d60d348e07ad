import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../contract/errors.ts';
import { ApiProblem, type ProblemKind, sendProblem } from './problem.ts';

const kindsByStatus: Readonly<Record<number, ProblemKind>> = {
  400: 'bad-request',
  404: 'not-found',
  413: 'payload-too-large',
  414: 'uri-too-long',
  415: 'bad-request',
  429: 'too-many-requests',
};

/** What Fastify refuses before a route is found, such as a URL that does not decode. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.header('x-request-id', request.id);
  sendProblem(request, reply, kindsByStatus[error.statusCode ?? 400] ?? 'bad-request', error.message);
}

/** Every error as a problem document; what is our fault is logged, and nothing of it shown. */
export function answerErrors(app: Pick<FastifyInstance, 'setErrorHandler' | 'setNotFoundHandler'>): void {
  app.setNotFoundHandler((request, reply) => {
    const asked = `${request.method} ${request.url.slice(0, 200)}`;
    sendProblem(request, reply, 'not-found', `${asked}; what there is stands at /api/docs`);
  });
  app.setErrorHandler<FastifyError | ApiProblem | AppError>((error, request, reply) => {
    if (error instanceof ApiProblem) {
      if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
      return sendProblem(request, reply, error.kind, error.message);
    }
    if (error instanceof AppError && error.retryable) {
      request.log.warn({ request_id: request.id, code: error.code, detail: error.detail }, error.message);
      reply.header('retry-after', 5);
      return sendProblem(request, reply, 'unavailable', error.message);
    }
    const kind = error instanceof AppError ? undefined : kindsByStatus[error.statusCode ?? 500];
    if (kind !== undefined) return sendProblem(request, reply, kind, error.message);
    request.log.error({ request_id: request.id, err: error }, 'a request failed');
    return sendProblem(request, reply, 'internal');
  });
}
