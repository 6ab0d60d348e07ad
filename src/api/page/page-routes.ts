import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';

/** The page is plain HTML, CSS and JavaScript, shipped as it is written: the same place from `src/` and `dist/`. */
const browserDirectory = fileURLToPath(new URL('../../../src/api/page/browser/', import.meta.url));

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing from elsewhere, nothing inline, and no way from text to markup (trusted types without a policy). */
const contentSecurityPolicy = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types',
].join('; ');

interface PageFile {
  readonly body: string;
  readonly type: string;
}

/** `GET /`: the dashboard for browsers, and `/page/*`: what it is made of. Read once, served from memory. */
export function pageRoutes(): FastifyPluginAsync {
  const files = readPage();
  return async (app) => {
    for (const [name, file] of files) {
      const url = name === 'index.html' ? '/' : `/page/${name}`;
      app.get(url, { schema: { hide: true } }, async (_request, reply) => sendFile(reply, file));
    }
  };
}

function readPage(): Map<string, PageFile> {
  const names = readdirSync(browserDirectory, { recursive: true, encoding: 'utf8' });
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const type = contentTypes[extname(name)];
    if (type === undefined) continue;
    const body = readFileSync(join(browserDirectory, name), 'utf8');
    files.set(name.replaceAll('\\', '/'), { body, type });
  }
  return files;
}

/** Always asked for again, seldom sent again (the app tags answers): after an update nobody has yesterday's page. */
function sendFile(reply: FastifyReply, { body, type }: PageFile): FastifyReply {
  return reply
    .headers({
      'cache-control': 'no-cache',
      'content-security-policy': contentSecurityPolicy,
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .type(type)
    .send(body);
}
