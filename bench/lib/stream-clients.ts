import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StreamClients {
  /** How many of them cannot hear any more. */
  lost(): number;
  /** How many of them were told no event in the last `ms`. */
  silent(ms: number): number;
  close(): void;
}

const OPEN_MS = 30_000;

/**
 * Opens a stream at each URL; `onData` gets what they hear, and which of them does.
 * @throws Error when not all of them are answered with 200 within half a minute
 */
export async function openStreams(
  urls: readonly string[],
  onData: (chunk: Buffer, client: number) => void,
): Promise<StreamClients> {
  let [opened, lost] = [0, 0];
  const whys = new Set<string>();
  const lose = (why: string) => {
    lost++;
    whys.add(why);
  };
  const heardAt = urls.map(() => Number.NEGATIVE_INFINITY);
  const requests = urls.map((url, client) => {
    const sent = request(url);
    sent.once('error', ({ message }) => lose(message));
    sent.once('response', (response) => {
      if (response.statusCode !== 200) lose(`status ${response.statusCode}`);
      else {
        opened++;
        response
          .once('close', () => lose('it ended'))
          .on('data', (chunk: Buffer) => {
            // A heartbeat is a comment.
            if (chunk.includes('data:')) heardAt[client] = performance.now();
            onData(chunk, client);
          });
      }
      response.on('error', () => undefined);
    });
    sent.end();
    return sent;
  });
  const close = () => {
    for (const sent of requests) sent.destroy();
  };
  for (const deadline = Date.now() + OPEN_MS; opened + lost < urls.length && Date.now() < deadline; )
    await sleep(50);
  if (opened < urls.length || lost > 0) {
    close();
    throw new Error(`${opened} of ${urls.length} streams opened, ${lost} lost: ${[...whys].join(', ')}`);
  }
  const silent = (ms: number) => {
    const since = performance.now() - ms;
    return heardAt.filter((at) => at < since).length;
  };
  return { lost: () => lost, silent, close };
}
