import { setTimeout as delay } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { messageOf } from '../../contract/errors.ts';

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

export interface EventStreamOptions {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onOpen?: () => void;
  /** Awaited: a slow taker slows the stream down, and nothing piles up here. */
  readonly onEvent: (event: ServerEvent) => void | Promise<void>;
  /** Called for every failed attempt and every stream that ended; refused is who got an answer that is no stream. */
  readonly onLost?: (reason: string, isRefused: boolean) => void;
  /** A stream that is silent for this long, without even a heartbeat, counts as broken. Default 40 s. */
  readonly silenceMs?: number;
}

class Refusal extends Error {
  constructor(status: number) {
    super(`the API answers ${status}${status === 401 ? ': set API_TOKEN' : ''}`);
  }
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Follows a stream of server-sent events until the signal is aborted: connects again by itself, sooner at first, then
 * every five seconds, and asks for what it missed with `Last-Event-ID`.
 */
export async function followEventStream(options: EventStreamOptions): Promise<void> {
  const { signal, onLost } = options;
  let lastEventId: string | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      await readOnce(options, lastEventId, (id) => {
        lastEventId = id ?? lastEventId;
        pauseMs = FIRST_PAUSE_MS;
      });
      onLost?.('the API closed the stream', false);
    } catch (error) {
      if (signal.aborted) return;
      onLost?.(reasonOf(error), error instanceof Refusal);
    }
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

async function readOnce(
  { url, headers, signal, onOpen, onEvent, silenceMs = 40_000 }: EventStreamOptions,
  lastEventId: string | undefined,
  heard: (id: string | undefined) => void,
): Promise<void> {
  const silence = new AbortController();
  const onSilence = () => silence.abort(new Error(`silent for ${silenceMs / 1000} s`));
  let timer = setTimeout(onSilence, silenceMs);
  try {
    const response = await fetch(url, {
      headers: {
        ...headers,
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new Refusal(response.status);
    }
    onOpen?.();
    const arrived: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (event) => arrived.push(event) });
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      // The time that is taken over it is not the API's.
      clearTimeout(timer);
      parser.feed(decoder.decode(chunk, { stream: true }));
      for (const { event = 'message', data, id } of arrived) {
        heard(id);
        await onEvent({ event, data });
      }
      arrived.length = 0;
      timer = setTimeout(onSilence, silenceMs);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** `fetch failed` says nothing: its cause does (`connect ECONNREFUSED 127.0.0.1:3000`). */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof AggregateError) return messageOf(error.cause.errors[0]);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
