/**
 * The other end of the simulate benchmark, in a process of its own: `line-counter.ts URL SOCKETS CHANNELS`. Reads lines
 * over so many sockets, which share the channels, and does nothing with them. Ends with its stdin, and prints how many
 * lines came.
 */
import { connect } from 'node:net';
import { WebSocket } from 'ws';

const [url = '', sockets, channelList = ''] = process.argv.slice(2);
const channels = channelList.split(',');
let lines = 0;

for (let index = 0; index < Number(sockets); index++) {
  const share = channels.filter((_, place) => place % Number(sockets) === index);
  if (url.startsWith('tcp:')) readPlain(new URL(url));
  else readChat(share);
}
process.stdin.resume().on('end', () => {
  process.stdout.write(`${lines}\n`, () => process.exit(0));
});

function readPlain({ hostname, port }: URL): void {
  connect(Number(port), hostname).on('data', (data) => count(data, '\n'));
}

function readChat(share: readonly string[]): void {
  const socket = new WebSocket(url, 'irc', { perMessageDeflate: false, skipUTF8Validation: true });
  socket.on('open', () => {
    socket.send('CAP REQ :twitch.tv/tags twitch.tv/commands\r\nNICK justinfan1\r\n');
    for (const channel of share) socket.send(`JOIN #${channel}\r\n`);
  });
  // Of the conversation beside the chat nothing counts; a message holds whole lines.
  socket.on('message', (data) => count(Buffer.isBuffer(data) ? data : Buffer.alloc(0), ' PRIVMSG #'));
}

function count(data: Buffer, mark: string): void {
  for (let at = data.indexOf(mark); at !== -1; at = data.indexOf(mark, at + 1)) lines++;
}
