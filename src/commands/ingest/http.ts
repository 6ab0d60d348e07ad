import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { AppError, messageOf } from '../../contract/errors.ts';

export interface Health {
  /** `degraded`: reading, but not all wanted channels are confirmed. */
  readonly status: 'up' | 'degraded' | 'starting' | 'down';
}

export interface IngestHttp {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `GET /health` (200 when reading and connected to Kafka, else 503) and `GET /metrics`.
 * @throws AppError PORT_IN_USE.
 */
export async function serveHttp(
  { host, port }: { readonly host: string; readonly port: number },
  health: () => Health,
  registry: Registry,
): Promise<IngestHttp> {
  const server = createServer(async (request, response) => {
    const [pathname] = (request.url ?? '/').split('?', 1);
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'text/plain', '');
    if (pathname === '/health') {
      const body = health();
      const code = body.status === 'up' || body.status === 'degraded' ? 200 : 503;
      return answer(response, code, 'application/json', `${JSON.stringify(body)}\n`);
    }
    if (pathname === '/metrics') {
      return answer(response, 200, registry.contentType, await registry.metrics());
    }
    return answer(response, 404, 'text/plain', 'There are /health and /metrics.\n');
  });
  await listen(server, host, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, code: number, type: string, body: string): void {
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new AppError('PORT_IN_USE', `Port ${port} is taken`, {
          detail: messageOf(error),
          hint: 'Choose another one with --http-port, or set INGEST_HTTP_PORT.',
          cause: error,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}
