/**
 * The source of the ingest benchmark, in a process of its own: `ingest-source.ts LINES`. A chat server that sends so
 * many lines, made beforehand, as fast as its client takes them, to whoever joins its last channel. Prints its URL and
 * its channels as JSON.
 */
import { createLineGenerator } from '../../src/simulator/line-generator.ts';
import { inventedChannels } from '../../src/simulator/rooms.ts';
import { startChatServer } from '../../src/simulator/server.ts';

const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
const channels = inventedChannels(10);
const generator = createLineGenerator(channels, 1);
const lines = Array.from({ length: Number(process.argv[2]) }, () => {
  const { channel, raw } = generator.next(Date.now());
  return { channel, line: Buffer.from(raw) };
});

let next = lines.length;
const server = await startChatServer({
  port: 0,
  onJoined: () => {
    if (!channels.every((channel) => server.listeners(channel) > 0)) return;
    next = 0;
    pump();
  },
});
process.stdout.write(`${JSON.stringify({ url: server.url, channels })}\n`);

function pump(): void {
  while (next < lines.length && server.backlog() < MAX_BACKLOG_BYTES) {
    for (const { channel, line } of lines.slice(next, next + 200)) server.broadcast(channel, line);
    next += 200;
    server.flush();
  }
  if (next < lines.length) setImmediate(pump);
}
