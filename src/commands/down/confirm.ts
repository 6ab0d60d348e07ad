import { createInterface } from 'node:readline/promises';
import type { Io } from '../../cli/io.ts';

/** Asks on the terminal; anything but a yes is a no, as is the end of the input. */
export async function confirm(io: Io, question: string, signal: AbortSignal): Promise<boolean> {
  const reader = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const closed = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
    const answer = await Promise.race([reader.question(question, { signal }), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    reader.close();
  }
}
