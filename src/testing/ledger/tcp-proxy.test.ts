import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePorts } from '../../stack/ports.ts';
import { startTcpProxy } from './tcp-proxy.ts';

async function echoThroughProxy() {
  const [target = 0, port = 0] = await freePorts(2);
  const accepted = new Set<Socket>();
  const server = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => undefined).on('close', () => accepted.delete(socket));
    socket.pipe(socket);
  }).listen(target, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await startTcpProxy(port, target);
  onTestFinished(async () => {
    await proxy.close();
    server.close();
  });
  const call = () => {
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise<string>((resolve) => {
      socket.on('error', (error) => resolve('code' in error ? String(error.code) : 'error'));
      socket.on('close', () => resolve('closed'));
    });
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    return { socket, closed, received: () => received };
  };
  return { proxy, call, accepted };
}

test('passes bytes both ways, and the end of a connection', async () => {
  const { call, accepted } = await echoThroughProxy();
  const { socket, closed, received } = call();
  socket.write('hello ');
  socket.end('there');
  expect(await closed).toBe('closed');
  expect(received()).toBe('hello there');
  await vi.waitFor(() => expect(accepted.size).toBe(0));
});

test('a cut resets what is open and what comes, until it is mended', async () => {
  const { proxy, call, accepted } = await echoThroughProxy();
  const open = call();
  open.socket.write('a');
  await vi.waitFor(() => expect(open.received()).toBe('a'));
  proxy.cut();
  expect(await open.closed).toBe('ECONNRESET');
  expect(await call().closed).toBe('ECONNRESET');
  await vi.waitFor(() => expect(accepted.size).toBe(0));
  proxy.mend();
  const again = call();
  again.socket.write('b');
  await vi.waitFor(() => expect(again.received()).toBe('b'));
  again.socket.destroy();
});

test('a stall holds back what is sent, on old and new connections, and loses none of it', async () => {
  const { proxy, call } = await echoThroughProxy();
  const old = call();
  old.socket.write('1');
  await vi.waitFor(() => expect(old.received()).toBe('1'));
  proxy.stall();
  const fresh = call();
  await once(fresh.socket, 'connect');
  old.socket.write('2');
  fresh.socket.write('3');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([old.received(), fresh.received()]).toEqual(['1', '']);
  proxy.mend();
  await vi.waitFor(() => expect([old.received(), fresh.received()]).toEqual(['12', '3']));
  old.socket.destroy();
  fresh.socket.destroy();
});
