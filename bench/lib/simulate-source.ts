/**
 * A contender of the simulate benchmark, in a process of its own: `simulate-source.ts ours|bare RATE LINES CHANNELS`.
 * Prints its URL and its channels as JSON; at the end what it sent, and the CPU time that took. `ours` is the real
 * simulator, paced, each line made anew; `bare` writes one buffer of lines, made beforehand, over and over, as fast as
 * it is taken: the least that any server could do. Both end with their stdin.
 */
import { createServer, type Socket } from 'node:net';
import { playChat } from '../../src/simulator/chat-player.ts';
import { createLineGenerator } from '../../src/simulator/line-generator.ts';
import { inventedChannels } from '../../src/simulator/rooms.ts';
import { startChatServer } from '../../src/simulator/server.ts';

const [kind, rate, lines, channelCount] = process.argv.slice(2);
const channels = inventedChannels(Number(channelCount));
const count = Number(lines);
const say = (object: object) => process.stdout.write(`${JSON.stringify(object)}\n`);
// Who started it has gone, killed perhaps.
process.stdin.resume().on('end', () => process.exit());
if (kind === 'ours') await runOurs();
else runBare();

async function runOurs(): Promise<void> {
  const server = await startChatServer({ port: 0, onJoined: () => join() });
  let isPlaying = false;
  const join = () => {
    if (isPlaying || !channels.every((channel) => server.listeners(channel) > 0)) return;
    isPlaying = true;
    const tell = measure();
    const options = { server, channels, rate: Number(rate), seed: 1, lines: count, shape: () => 1 };
    void playChat(options, new AbortController().signal).then(tell);
  };
  say({ url: server.url, channels });
}

function runBare(): void {
  const generator = createLineGenerator(channels, 1);
  const block = Array.from({ length: 500 }, () => `${generator.next(Date.now()).raw}\r\n`);
  const buffer = Buffer.from(block.join(''));
  const server = createServer((socket) => pump(socket, buffer, block.length));
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    say({ url: `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, channels });
  });
}

let sent = 0;
let tell: ((made: number) => void) | undefined;

function pump(socket: Socket, buffer: Buffer, linesOfBuffer: number): void {
  tell ??= measure();
  socket.on('error', () => socket.destroy());
  const more = () => {
    while (sent < count) {
      sent += linesOfBuffer;
      if (!socket.write(buffer)) return;
    }
    tell?.(sent);
    tell = () => undefined;
  };
  socket.on('drain', more);
  more();
}

/** From now until what it gives is called with the number of lines that were sent meanwhile. */
function measure(): (made: number) => void {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  return (made) => {
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - startedAt) / 1000;
    say({ made, seconds, cpuMicros: user + system });
  };
}
