import type { ChatMessage } from '../../contract/chat-message.ts';
import type { DashboardEvent, Gap, PipelineHealth } from './dashboard-event.ts';
import { type RateSeries, record } from './rate-series.ts';
import type { WindowCounts } from './window-counts.ts';

export interface Connection {
  readonly state: 'connecting' | 'connected' | 'lost';
  /** When this state began. */
  readonly since: number;
  /** When the last count came. */
  readonly lastDataAt: number | undefined;
  readonly reason: string | undefined;
}

export interface ChannelState {
  /** The newest window known. */
  readonly window: WindowCounts;
  /** When its last update reached us. */
  readonly receivedAt: number;
  readonly rate: RateSeries;
  /** Older windows, newest first. */
  readonly past: readonly WindowCounts[];
}

/** Everything the dashboard knows: plain data, made by {@link fold} alone. */
export interface DashboardState {
  readonly connection: Connection;
  readonly channels: ReadonlyMap<string, ChannelState>;
  readonly health: PipelineHealth | undefined;
  readonly lastGap: Gap | undefined;
  /** The last messages of the channels that are followed, oldest first. */
  readonly messages: readonly ChatMessage[];
  /** Messages counted since the dashboard was opened. */
  readonly counted: number;
}

const MAX_PAST_WINDOWS = 60;
const MAX_MESSAGES = 200;

export function initialState(now: number): DashboardState {
  return {
    connection: { state: 'connecting', since: now, lastDataAt: undefined, reason: undefined },
    channels: new Map(),
    health: undefined,
    lastGap: undefined,
    messages: [],
    counted: 0,
  };
}

/** The state after `events`, in their order; the very same object when nothing happened. */
export function fold(state: DashboardState, events: readonly DashboardEvent[]): DashboardState {
  if (events.length === 0) return state;
  let { connection, health, lastGap, counted } = state;
  const channels = new Map(state.channels);
  const messages: ChatMessage[] = [];
  for (const event of events) {
    connection = foldConnection(connection, event);
    if (event.type === 'stats') {
      const before = channels.get(event.window.channelId);
      const delta = countedBetween(before?.window, event.window);
      counted += delta;
      channels.set(event.window.channelId, foldStats(before, event, delta, connection.since));
    } else if (event.type === 'history') {
      for (const window of event.windows) addPast(channels, window);
    } else if (event.type === 'health') {
      health = event.health;
    } else if (event.type === 'gap') {
      lastGap = event.gap;
    } else if (event.type === 'message') {
      messages.push(event.message);
    }
  }
  return {
    connection,
    channels,
    health,
    lastGap,
    counted,
    messages: messages.length === 0 ? state.messages : [...state.messages, ...messages].slice(-MAX_MESSAGES),
  };
}

function foldConnection(before: Connection, event: DashboardEvent): Connection {
  // These come by other requests, and may be empty for one that failed.
  if (event.type === 'history' || event.type === 'message') return before;
  if (event.type === 'lost') {
    const since = before.state === 'lost' ? before.since : event.at;
    return { ...before, state: 'lost', since, reason: event.reason };
  }
  const lastDataAt = event.type === 'stats' ? event.at : before.lastDataAt;
  if (before.state === 'connected') return { ...before, lastDataAt };
  return { state: 'connected', since: event.at, lastDataAt, reason: undefined };
}

/** How many messages an update brings; a correction of an older window and a first sight bring none. */
function countedBetween(before: WindowCounts | undefined, after: WindowCounts): number {
  if (before === undefined || after.start < before.start) return 0;
  if (after.start > before.start) return after.count;
  return Math.max(0, after.count - before.count);
}

function foldStats(
  before: ChannelState | undefined,
  { window, at }: DashboardEvent & { type: 'stats' },
  delta: number,
  connectedSince: number,
): ChannelState {
  if (before === undefined) return { window, receivedAt: at, rate: record(undefined, at, 0), past: [] };
  // What was counted while we were away came over many seconds: it is no burst of this one.
  const wasAway = before.receivedAt < connectedSince;
  const rate = record(before.rate, at, wasAway ? 0 : delta);
  if (window.start < before.window.start) {
    return { ...before, receivedAt: at, rate, past: withWindow(before.past, window) };
  }
  const isNewWindow = window.start > before.window.start;
  const past = isNewWindow ? withWindow(before.past, before.window) : before.past;
  return { window, receivedAt: at, rate, past };
}

function addPast(channels: Map<string, ChannelState>, window: WindowCounts): void {
  const channel = channels.get(window.channelId);
  if (channel === undefined || window.start >= channel.window.start) return;
  channels.set(window.channelId, { ...channel, past: withWindow(channel.past, window) });
}

/** `past` with `window` in its place: newest first, one entry a window, the later word wins. */
function withWindow(past: readonly WindowCounts[], window: WindowCounts): readonly WindowCounts[] {
  return [window, ...past.filter(({ start }) => start !== window.start)]
    .sort((a, b) => b.start - a.start)
    .slice(0, MAX_PAST_WINDOWS);
}
