import { createServer } from 'node:net';

/** True when a server of ours could listen on this loopback port. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Ports that no system gives away by itself: Linux takes those of outgoing connections from 32768 upwards, others from
 * 49152 (RFC 6335). A server that is started again in a minute finds its port still its own.
 */
const LOWEST = 20_000;
const BLOCK = 60;
const BLOCKS = 200;
const PORTS = BLOCK * BLOCKS;

/** Each process begins in a block of its own, so that two of them seldom look at the same port. */
let offset = (process.pid % BLOCKS) * BLOCK;

/**
 * Free ports, all different, and other ones at each call, so none comes twice before it was used. Another program can
 * still take one before our server does, and that server then says so itself.
 * @throws Error when 12 000 ports are taken
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tried = 0; ports.length < count; tried++) {
    if (tried === PORTS) throw new Error(`No free port between ${LOWEST} and ${LOWEST + PORTS}`);
    const port = LOWEST + offset;
    offset = (offset + 1) % PORTS;
    if (await isPortFree(port)) ports.push(port);
  }
  return ports;
}
