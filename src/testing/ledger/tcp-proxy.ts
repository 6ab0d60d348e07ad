import { connect, createServer, type Socket } from 'node:net';

/** A network between two processes that a test can break: bytes go through on loopback until it is cut or stalled. */
export interface TcpProxy {
  readonly port: number;
  /** Resets every connection, and each new one at once, until {@link TcpProxy.mend}. */
  cut(): void;
  /** Nothing goes through and nothing is refused, as when a cable was pulled, until {@link TcpProxy.mend}. */
  stall(): void;
  mend(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly caller: Socket;
  readonly server: Socket;
}

/** Listens on `port` and passes on to `target`, both on loopback. Nothing need listen there yet. */
export async function startTcpProxy(port: number, target: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let state: 'up' | 'cut' | 'stalled' = 'up';
  const listener = createServer({ allowHalfOpen: true }, (caller) => {
    if (state === 'cut') {
      caller.resetAndDestroy();
      return;
    }
    const server = connect({ host: '127.0.0.1', port: target, allowHalfOpen: true });
    const pair: Pair = { caller, server };
    pairs.add(pair);
    for (const socket of [caller, server]) {
      socket.setNoDelay(true);
      // Either end gone, the other one learns of it; an error is followed by this.
      socket.on('error', () => undefined);
      socket.once('close', () => drop(pairs, pair));
    }
    if (state === 'up') join(pair);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ host: '127.0.0.1', port }, resolve);
  });
  const dropAll = () => {
    for (const pair of pairs) drop(pairs, pair);
  };
  return {
    port,
    cut() {
      state = 'cut';
      dropAll();
    },
    stall() {
      if (state !== 'up') return;
      state = 'stalled';
      for (const pair of pairs) part(pair);
    },
    mend() {
      const wasStalled = state === 'stalled';
      state = 'up';
      if (wasStalled) for (const pair of pairs) join(pair);
    },
    async close() {
      state = 'cut';
      dropAll();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function join({ caller, server }: Pair): void {
  caller.pipe(server);
  server.pipe(caller);
}

function part({ caller, server }: Pair): void {
  caller.unpipe(server);
  server.unpipe(caller);
  caller.pause();
  server.pause();
}

function drop(pairs: Set<Pair>, pair: Pair): void {
  if (!pairs.delete(pair)) return;
  for (const socket of [pair.caller, pair.server]) if (!socket.destroyed) socket.resetAndDestroy();
}
