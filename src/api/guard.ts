import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.ts';
import { AppError } from '../contract/errors.ts';
import { ApiProblem } from './problem.ts';

type GuardSettings = Pick<Settings, 'HOST' | 'API_TOKEN' | 'API_OPEN'>;

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

export function isLoopback(host: string): boolean {
  return loopback.test(host);
}

/**
 * Beyond this machine, callers need a token.
 * @throws AppError CONFIG_INVALID for another HOST without API_TOKEN or API_OPEN
 */
export function checkExposure({ HOST, API_TOKEN, API_OPEN }: GuardSettings): void {
  if (isLoopback(HOST) || API_TOKEN !== undefined || API_OPEN) return;
  throw new AppError('CONFIG_INVALID', `The API would be open to everyone who reaches ${HOST}`, {
    detail: 'HOST is not a loopback address, and API_TOKEN is not set.',
    hint: 'Set API_TOKEN, or leave HOST at 127.0.0.1.',
  });
}

/**
 * Lets through what may read: with a token set, who sends it; without one, who names this machine, or with `API_OPEN` one
 * of this network. The latter keeps out web pages that rebind their own name to it, which CORS does not.
 */
export function guardRequests(app: Pick<FastifyInstance, 'addHook'>, settings: GuardSettings): void {
  const { HOST, API_TOKEN } = settings;
  if (API_TOKEN !== undefined) {
    const expected = digest(API_TOKEN.reveal());
    app.addHook('onRequest', (request, reply, done) => {
      if (!needsToken(request)) return done();
      const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
      if (scheme?.toLowerCase() === 'bearer' && timingSafeEqual(digest(token), expected)) return done();
      reply.header('www-authenticate', 'Bearer');
      done(new ApiProblem('unauthorized', 'Send the token as `Authorization: Bearer TOKEN`.'));
    });
    return;
  }
  const isServed = isLoopback(HOST) ? isOwnName : isOpenName(HOST);
  app.addHook('onRequest', (request, _reply, done) => {
    // Before HTTP/1.1 there was no Host; browsers always send one.
    if (request.headers.host === undefined || isServed(request.hostname)) return done();
    done(new ApiProblem('host-refused', refusals[isLoopback(HOST) ? 'loopback' : 'open']));
  });
}

const refusals = {
  loopback: 'This API is only for its own machine.',
  open: 'Without a token this API answers to addresses and to names without a dot; use one, or set API_TOKEN.',
};

/** Health and metrics are asked for by machines, and hold no chat; the page is only a shell. */
function needsToken({ method, routeOptions: { url } }: FastifyRequest): boolean {
  if (method === 'OPTIONS') return false;
  return url === undefined || (url.startsWith('/api/') && url !== '/api/health');
}

function isOwnName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  return isLoopback(name) || name.endsWith('.localhost');
}

/**
 * With `API_OPEN` a page may still rebind a name of its own. An address cannot be rebound, and a name without a dot is
 * one of this network: a container's, such as `api`.
 */
function isOpenName(host: string): (hostname: string) => boolean {
  return (hostname) => {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    return isOwnName(name) || name === host.toLowerCase() || !name.includes('.') || isIP(name) !== 0;
  };
}

/** Equal lengths for the comparison. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
