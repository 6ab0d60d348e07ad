import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelView, type FakeStreamApi, startFakeStreamApi } from '../../testing/fake-stream-api.ts';
import { followEventStream } from './event-stream.ts';

let api: FakeStreamApi;
let ended: AbortController;
let following: Promise<void>;
let log: string[];
let wake: () => void;

beforeEach(async () => {
  api = await startFakeStreamApi();
  ended = new AbortController();
  log = [];
  wake = () => undefined;
});
afterEach(async () => {
  ended.abort();
  await following;
  await api.close();
});

function follow(url = `${api.url}/api/stream`, silenceMs?: number) {
  const note = (line: string) => {
    log.push(line);
    wake();
  };
  following = followEventStream({
    url: new URL(url),
    signal: ended.signal,
    onOpen: () => note('open'),
    onEvent: ({ event, data }) => note(`${event} ${JSON.parse(data).channel_name ?? ''}`.trim()),
    onLost: (reason) => note(`lost: ${reason}`),
    ...(silenceMs === undefined ? {} : { silenceMs }),
  });
}

/** Resolves when the log has so many lines. */
async function heard(lines: number): Promise<void> {
  while (log.length < lines) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

/** Resolves when the log ends with `lines`. */
async function logEnds(...lines: string[]): Promise<void> {
  while (log.slice(-lines.length).join('\n') !== lines.join('\n')) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

describe('followEventStream', () => {
  it('hands over every event in order', async () => {
    api.publish(channelView('a'));
    follow();
    await logEnds('open', 'health', 'stats a');
    api.publish(channelView('b'));
    await logEnds('stats b');
  });

  it('connects again when the stream ends, and is told everything again', async () => {
    api.publish(channelView('a'));
    follow();
    await logEnds('open', 'health', 'stats a');
    const before = log.length;
    api.drop();
    await heard(before + 4);
    expect(log.slice(before)).toEqual([expect.stringMatching(/^lost: /), 'open', 'health', 'stats a']);
  });

  it('goes on trying while it is refused', async () => {
    api.refuse(true);
    follow();
    await logEnds('lost: the API answers 503', 'lost: the API answers 503');
    api.refuse(false);
    await logEnds('open', 'health');
  });

  it('says why there is no connection', async () => {
    const url = api.url;
    await api.close();
    api = await startFakeStreamApi();
    follow(`${url}/api/stream`);
    await logEnds(`lost: connect ECONNREFUSED ${new URL(url).host}`);
  });

  it('takes a stream without even a heartbeat for broken', async () => {
    follow(undefined, 100);
    await logEnds('open', 'health', 'lost: silent for 0.1 s');
  });

  it('leaves no stream open when it is ended', async () => {
    follow();
    await logEnds('open', 'health');
    ended.abort();
    await following;
    while (api.streams() > 0) await new Promise(setImmediate);
  });
});
