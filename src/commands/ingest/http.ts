import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { messageOf } from '../../contract/errors.ts';
import { listenError } from '../../contract/listen-error.ts';

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
 * @throws AppError PORT_IN_USE, CONFIG_INVALID for a host that is not of this machine
 */
export async function serveHttp(
  { host, port }: { readonly host: string; readonly port: number },
  health: () => Health,
  registry: Registry,
): Promise<IngestHttp> {
  const answerTo = async (request: IncomingMessage, response: ServerResponse) => {
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
  };
  const server = createServer((request, response) => {
    // Whoever looks at the ingestor must not be able to end it.
    answerTo(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answer(response, 500, 'text/plain', `${messageOf(error)}\n`);
    });
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
    server.once('error', (cause) =>
      reject(
        listenError(cause, {
          host,
          port,
          portFrom: '--http-port or INGEST_HTTP_PORT',
          addressFrom: 'INGEST_HTTP_HOST and INGEST_HTTP_PORT',
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}
