import type { ChatMessage } from '../../contract/chat-message.ts';
import type { DashboardEvent, Gap, PipelineHealth } from './dashboard-event.ts';
import { type RateSeries, record } from './rate-series.ts';
import type { WindowCounts } from './window-counts.ts';

export interface Connection {
  readonly state: 'connecting' | 'connected' | 'lost';
  /** When this state began. */
  readonly since: number;
  /** When a count last changed, as far as this dashboard could see. */
  readonly lastDataAt: number | undefined;
  readonly reason: string | undefined;
  /** An API is there, and answers that it does not want to. */
  readonly isRefused: boolean;
}

export interface ChannelState {
  /** The newest window known. */
  readonly window: WindowCounts;
  /** When its last update reached us. */
  readonly receivedAt: number;
  /** Of the update that last brought a message; one that only tells of a gap does not. */
  readonly changedAt: number;
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
/** As long as `channel-stats` keeps a channel (`retention.ms`): what was not updated since, the API has forgotten. */
const FORGOTTEN_AFTER_MS = 86_400_000;
/** What the API knows comes at once with a connection; after this it has come. */
const TOLD_AFTER_MS = 5_000;

export function initialState(now: number): DashboardState {
  return {
    connection: {
      state: 'connecting',
      since: now,
      lastDataAt: undefined,
      reason: undefined,
      isRefused: false,
    },
    channels: new Map(),
    health: undefined,
    lastGap: undefined,
    messages: [],
    counted: 0,
  };
}

/** The windows of a channel that are known, newest first. */
export function windowsOf({ window, past }: ChannelState): readonly WindowCounts[] {
  return [window, ...past];
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
      connection = { ...connection, lastDataAt: dataAt(connection, before, event, delta) };
      counted += delta;
      channels.set(event.window.channelId, foldStats(before, event, delta, connection.since));
    } else if (event.type === 'history') {
      for (const window of event.windows) addPast(channels, window);
    } else if (event.type === 'health') {
      health = event.health;
      forget(channels, event, connection.since);
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
    return { ...before, state: 'lost', since, reason: event.reason, isRefused: event.isRefused === true };
  }
  if (before.state === 'connected') return before;
  const { lastDataAt } = before;
  return { state: 'connected', since: event.at, lastDataAt, reason: undefined, isRefused: false };
}

/**
 * The API also tells what stayed the same, such as all it knows on a new connection, or a window of which less was heard:
 * that is no sign of life.
 */
function dataAt(
  { lastDataAt }: Connection,
  before: ChannelState | undefined,
  { window, at }: DashboardEvent & { type: 'stats' },
  delta: number,
): number | undefined {
  if (before === undefined) return Math.max(lastDataAt ?? 0, Math.min(at, window.updatedAt));
  return delta > 0 ? at : lastDataAt;
}

/** Takes out what a healthy API no longer knows: a channel it did not tell of, and one that is older than its topic. */
function forget(
  channels: Map<string, ChannelState>,
  { health, at }: DashboardEvent & { type: 'health' },
  connectedSince: number,
): void {
  const hasToldAll = health.status === 'healthy' && at - connectedSince > TOLD_AFTER_MS;
  for (const [id, { window, receivedAt }] of channels) {
    const isUntold = hasToldAll && receivedAt < connectedSince;
    if (isUntold || at - window.updatedAt > FORGOTTEN_AFTER_MS) channels.delete(id);
  }
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
  if (before === undefined)
    return { window, receivedAt: at, changedAt: window.updatedAt, rate: record(undefined, at, 0), past: [] };
  // What was counted while we were away came over seconds that nobody saw: neither a burst of this one nor a silence.
  const wasAway = before.receivedAt < connectedSince;
  const rate = wasAway ? record(undefined, at, 0) : record(before.rate, at, delta);
  if (window.start < before.window.start) {
    return { ...before, receivedAt: at, rate, past: withWindow(before.past, window) };
  }
  const isNewWindow = window.start > before.window.start;
  const past = isNewWindow ? withWindow(before.past, before.window) : before.past;
  const changedAt = delta > 0 ? window.updatedAt : before.changedAt;
  return { window, receivedAt: at, changedAt, rate, past };
}

function addPast(channels: Map<string, ChannelState>, window: WindowCounts): void {
  const channel = channels.get(window.channelId);
  if (channel === undefined || window.start >= channel.window.start) return;
  // The archive may be behind what the stream has told.
  const known = channel.past.find(({ start }) => start === window.start);
  if (known !== undefined && known.updatedAt > window.updatedAt) return;
  channels.set(window.channelId, { ...channel, past: withWindow(channel.past, window) });
}

/** `past` with `window` in its place: newest first, one entry a window, the later word wins. */
function withWindow(past: readonly WindowCounts[], window: WindowCounts): readonly WindowCounts[] {
  return [window, ...past.filter(({ start }) => start !== window.start)]
    .sort((a, b) => b.start - a.start)
    .slice(0, MAX_PAST_WINDOWS);
}
