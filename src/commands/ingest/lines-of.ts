import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { beforeAborted } from '../../contract/abort.ts';
import { withoutReturn } from '../../twitch/irc-line.ts';

/**
 * The lines of a stream of bytes, without their ends, until the signal is aborted. A line ends with LF or CR LF and with
 * nothing else: since Node 24 `readline` ends it at U+2028 and U+2029 too, which people write in chat.
 */
export async function* linesOf(input: Readable, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  const chunks: AsyncIterator<string | Buffer> = input[Symbol.asyncIterator]();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await beforeAborted(chunks.next(), signal);
      if (done) break;
      const lines = (rest + (typeof value === 'string' ? value : decoder.write(value))).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield withoutReturn(line);
    }
    rest += decoder.end();
    if (rest !== '') yield withoutReturn(rest);
  } catch (error) {
    if (error !== signal.reason) throw error;
  } finally {
    // Else a pipe that says nothing more would hold the process.
    input.destroy();
  }
}
