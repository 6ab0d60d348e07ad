import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { AppError } from '../contract/errors.ts';
import { toWireError } from './error-wire.ts';
import { type ServiceName, serviceNames } from './service.ts';

/** What may be asked of a running supervisor. */
export const controlRequestSchema = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('start'),
    services: z.array(z.string()),
    demo: z.boolean(),
    /** Beside those that are read already; without a # and in small letters. */
    channels: z.array(z.string()),
    /** How long it may take until all are ready. */
    timeoutMs: z.number().positive(),
  }),
  z.object({ do: z.literal('restart'), service: z.enum(serviceNames) }),
]);
export type ControlRequest = z.infer<typeof controlRequestSchema>;

export interface ControlActions {
  start(request: Extract<ControlRequest, { do: 'start' }>): Promise<void>;
  restart(service: ServiceName): Promise<void>;
}

export interface ControlServer {
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

/** Takes requests on a loopback port from whoever can read the state file, which is the user alone. */
export async function serveControl(actions: ControlActions): Promise<ControlServer> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    void answer(actions, token, request, response);
  });
  server.unref();
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no address'));
      else resolve(address.port);
    });
  });
  return {
    port,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  actions: ControlActions,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  if (!isAuthorized(request, token)) return reply(401, {});
  try {
    const asked = controlRequestSchema.parse(JSON.parse(await bodyOf(request)));
    if (asked.do === 'start') await actions.start(asked);
    else await actions.restart(asked.service);
    reply(200, {});
  } catch (error) {
    reply(500, toWireError(error));
  }
}

function isAuthorized({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 100_000) throw new AppError('USAGE', 'too long');
  }
  return text;
}
