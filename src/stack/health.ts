import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { withTimeout } from '../contract/abort.ts';
import { messageOf } from '../contract/errors.ts';
import { parseJson } from '../contract/json-text.ts';
import type { Probe } from './service.ts';

/**
 * Asks `probe` again and again until it answers.
 * @param onFailure told why it is not ready yet
 * @throws the signal's reason when that is aborted first
 */
export async function untilReady(
  { probe, periodMs }: { probe: Probe; periodMs: number },
  signal: AbortSignal,
  onFailure: (reason: string) => void = () => undefined,
): Promise<string> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await probe(signal);
    } catch (error) {
      signal.throwIfAborted();
      onFailure(messageOf(error));
    }
    await sleep(periodMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Fails at once while nothing listens: much cheaper than a client that fails. */
export function tcpProbe(port: number, timeoutMs = 1000): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: timeoutMs });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => {
      socket.destroy();
      reject(new Error(`port ${port} does not answer`));
    });
    socket.once('error', () => reject(new Error(`nothing listens on port ${port} yet`)));
  });
}

/**
 * GETs a JSON health document; anything but a success is a failure.
 * @param explain says of the document of a failure why it is one, in words
 * @throws Error in those words, else saying the HTTP status and what the document says
 */
export async function httpProbe(
  url: string,
  signal: AbortSignal,
  explain: (document: unknown) => string | undefined = () => undefined,
): Promise<unknown> {
  const response = await fetch(url, { signal: withTimeout(signal, 2000) });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new Error(explain(parseJson(text)) ?? `${response.status}: ${text.slice(0, 200)}`);
}
