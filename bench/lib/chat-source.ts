/**
 * The chat of the whole-pipe benchmarks, in a process of its own: `chat-source.ts CHANNELS RATE SEED [PROBE]`. A chat
 * server that waits until every channel was joined, then sends made-up lines evenly at that rate, each a message of its
 * own. Prints `{url, channels}` as JSON, then `started`; at `sent` on stdin `sent N`, how many lines it has sent, at `stop`
 * it sends no more and prints that too. In a channel PROBE it sends a line each 50 ms, which N leaves out, and prints of
 * each `probe T`, the epoch ms.
 */
import { createInterface } from 'node:readline';
import { createLineGenerator } from '../../src/simulator/line-generator.ts';
import { keepPace } from '../../src/simulator/pace.ts';
import { inventedChannels } from '../../src/simulator/rooms.ts';
import { startChatServer } from '../../src/simulator/server.ts';

const PROBE_MS = 50;
const [channelCount, rate, seed] = process.argv.slice(2).map(Number);
const probe = process.argv[5];
const crowd = inventedChannels(channelCount ?? 0);
const channels = probe === undefined ? crowd : [...crowd, probe];
const generator = createLineGenerator(crowd, seed ?? 1);
const ended = new AbortController();
let sent = 0;
let hasStarted = false;

const server = await startChatServer({
  port: 0,
  onJoined: () => {
    if (hasStarted || !channels.every((channel) => server.listeners(channel) > 0)) return;
    hasStarted = true;
    process.stdout.write('started\n');
    void keepPace({ rate: rate ?? 0, send }, ended.signal);
    if (probe !== undefined) sendProbes(probe);
  },
});
process.stdout.write(`${JSON.stringify({ url: server.url, channels })}\n`);
for await (const command of createInterface({ input: process.stdin })) {
  if (command === 'stop') ended.abort();
  process.stdout.write(`sent ${sent}\n`);
}
// Who spoke to it has gone, killed perhaps.
ended.abort();
await server.close();

function send(count: number): number {
  for (let index = 0; index < count; index++) {
    const { channel, raw } = generator.next(Date.now());
    server.broadcast(channel, raw);
  }
  server.flush();
  sent += count;
  return count;
}

function sendProbes(channel: string): void {
  // Another seed than the crowd's: equal ids would be taken for one message.
  const lines = createLineGenerator([channel], 1_000_000 + (seed ?? 1));
  const timer = setInterval(() => {
    const sentAt = Date.now();
    server.broadcast(channel, lines.next(sentAt).raw);
    server.flush();
    process.stdout.write(`probe ${sentAt}\n`);
  }, PROBE_MS);
  ended.signal.addEventListener('abort', () => clearInterval(timer));
}
