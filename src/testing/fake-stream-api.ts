import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChannelView, Health, WindowHistory } from '../contract/api.ts';
import { windowStart } from '../contract/channel-stats.ts';
import type { ChatMessage } from '../contract/chat-message.ts';

/**
 * The API's `/api/channels`, `/api/health` and `/api/stream` on loopback, holding its state: a client that connects is
 * told everything, then every change.
 */
export interface FakeStreamApi {
  readonly url: string;
  /** How many streams are open now. */
  streams(): number;
  publish(view: ChannelView): void;
  say(message: ChatMessage): void;
  setHealth(health: Health): void;
  /** Ends all streams, as a restart does. */
  drop(): void;
  /** Refuses new streams with 503, or takes them again. */
  refuse(isRefusing: boolean): void;
  close(): Promise<void>;
}

interface OpenStream {
  readonly response: ServerResponse;
  readonly events: ReadonlySet<string>;
  readonly channels: readonly string[];
}

export async function startFakeStreamApi(): Promise<FakeStreamApi> {
  const views = new Map<string, ChannelView>();
  const open = new Set<OpenStream>();
  let health = healthyApi();
  let isRefusing = false;

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/api/channels')
      return json(response, { channels: [...views.values()], next_cursor: null });
    if (url.pathname === '/api/health') return json(response, health);
    const [, asked] = /^\/api\/channels\/([^/]+)\/stats$/.exec(url.pathname) ?? [];
    const view = [...views.values()].find(({ channel_name }) => channel_name === asked);
    if (view !== undefined) return json(response, view);
    const [, channel] = /^\/api\/channels\/(.+)\/stats\/history$/.exec(url.pathname) ?? [];
    if (channel !== undefined) return json(response, history(channel));
    if (url.pathname !== '/api/stream' || isRefusing) return json(response, {}, isRefusing ? 503 : 404);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const stream: OpenStream = {
      response,
      events: new Set((url.searchParams.get('events') ?? 'stats,gap,health').split(',')),
      channels: url.searchParams.getAll('channel'),
    };
    open.add(stream);
    response.on('close', () => open.delete(stream));
    send(stream, 'health', health);
    for (const view of views.values()) if (wants(stream, view)) send(stream, 'stats', view);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    streams: () => open.size,
    publish(view) {
      views.set(view.channel_id, view);
      for (const stream of open) if (wants(stream, view)) send(stream, 'stats', view);
    },
    say(message) {
      for (const stream of open) if (wants(stream, message)) send(stream, 'message', message);
    },
    setHealth(next) {
      health = next;
      for (const stream of open) send(stream, 'health', health);
    },
    drop() {
      for (const { response } of open) response.destroy();
    },
    refuse(refusing) {
      isRefusing = refusing;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const WINDOW_MS = 600_000;
/** One for all: a window that changed in the middle of a test would be another count. */
const start = windowStart(Date.now(), WINDOW_MS);

/** A channel as the API tells of it; the window is the one that ran when the test began. */
export function channelView(name: string, changes: Partial<ChannelView> = {}): ChannelView {
  return {
    channel_id: `id-${name}`,
    channel_name: name,
    message_count: 100,
    current_window: { start, end: start + WINDOW_MS, duration_seconds: 600 },
    last_updated: Date.now(),
    current: true,
    coverage: 1,
    unique_chatters: 10,
    top_emotes: [{ emote: 'Kappa', count: 5 }],
    top_chatters: [{ user_id: '1', username: 'viewer', count: 3 }],
    last_message_at: Date.now(),
    messages_per_second: 1.5,
    stale: false,
    source: 'cache',
    ...changes,
  };
}

/** One past window, of 77 messages. */
function history(channelId: string): WindowHistory {
  const { current_window: _, ...counts } = channelView(channelId, { message_count: 77 });
  const window = { start: start - WINDOW_MS, end: start, duration_seconds: 600 };
  return {
    channel_id: channelId,
    channel_name: channelId,
    windows: [{ ...counts, window }],
    next_cursor: null,
  };
}

export function healthyApi(): Health {
  const since = Date.now();
  return {
    status: 'healthy',
    timestamp: since,
    services: { kafka: 'connected', cache: 'ready', cassandra: 'connected' },
    details: {
      kafka: { since, lag: 0, reason: null },
      cache: { since, channels: 0 },
      cassandra: { since, reason: null },
    },
  };
}

function wants({ events, channels }: OpenStream, of: { channel_id: string; channel_name: string }): boolean {
  const kind = 'message' in of ? 'message' : 'stats';
  return (
    events.has(kind) &&
    (channels.length === 0 || channels.includes(of.channel_name) || channels.includes(of.channel_id))
  );
}

function send({ response, events }: OpenStream, event: string, data: unknown): void {
  if (events.has(event)) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
