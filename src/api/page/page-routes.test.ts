import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { pageRoutes } from './page-routes.ts';

const root = fileURLToPath(new URL('browser/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(?:html|css|js|svg)$/.test(name),
);
const textOf = (name: string) => readFileSync(join(root, name), 'utf8');

describe('page routes', () => {
  it('serves the page and every file that it names', async () => {
    const app = await served();
    const { statusCode, headers, body } = await app.inject('/');
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    const named = [...body.matchAll(/(?:src|href)="(page\/[^"]+)"/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect((await app.inject(`/${name}`)).statusCode).toBe(200);
  });

  it('serves every module under the type that browsers insist on, with what it imports', async () => {
    const app = await served();
    const modules = files.filter((name) => name.endsWith('.js'));
    expect(modules).toContain('main.js');
    for (const name of modules) {
      const { statusCode, headers } = await app.inject(`/page/${name}`);
      expect([name, statusCode, headers['content-type']]).toEqual([
        name,
        200,
        'text/javascript; charset=utf-8',
      ]);
      for (const [, specifier = ''] of textOf(name).matchAll(/^import [^;]* from '([^']+)';$/gm)) {
        expect(files).toContain(normalize(join(dirname(name), specifier)));
      }
    }
  });

  it('serves nothing else of the folder, nor around it', async () => {
    const app = await served();
    const others = [
      'tsconfig.json',
      'model/format.test.ts',
      '../page-routes.ts',
      '..%2fpage-routes.ts',
      'index.html',
      '',
    ];
    for (const name of others) expect((await app.inject(`/page/${name}`)).statusCode).toBe(404);
  });

  it('names no other host, and has nothing inline', () => {
    for (const name of files) {
      const text = textOf(name).replaceAll('http://www.w3.org/2000/svg', '');
      expect([name, text.match(/https?:\/\/|url\(/)]).toEqual([name, null]);
      expect([name, text.match(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/)]).toEqual([
        name,
        null,
      ]);
    }
    expect(textOf('index.html')).not.toMatch(/<script(?![^>]*src=)|<style| style=| on\w+=/);
  });
});

async function served() {
  const app = Fastify();
  await app.register(pageRoutes());
  return app;
}
