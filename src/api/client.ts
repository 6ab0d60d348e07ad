import { z } from 'zod';
import type { Settings } from '../config/settings.ts';
import { withTimeout } from '../contract/abort.ts';
import {
  type ChannelView,
  channelListSchema,
  channelViewSchema,
  MAX_CHANNELS_OF_A_PAGE,
  problemSchema,
  type WindowHistory,
  windowHistorySchema,
} from '../contract/api.ts';
import { AppError, messageOf } from '../contract/errors.ts';
import { parseJson } from '../contract/json-text.ts';

export type ApiClientSettings = Pick<Settings, 'TWITCHSTATS_API_URL' | 'HOST' | 'PORT' | 'API_TOKEN'>;

/** How long the API may take to answer. */
const ANSWER_MS = 10_000;

/** Where the API is: TWITCHSTATS_API_URL, else this machine's PORT. Without a slash at the end. */
export function apiBaseUrl({ TWITCHSTATS_API_URL: url, HOST, PORT }: ApiClientSettings): string {
  if (url !== undefined) return url.replace(/\/+$/, '').replace(/\/api$/, '');
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`;
}

/**
 * The newest window of a channel, by id or name.
 * @throws AppError CHANNEL_UNKNOWN, API_UNREACHABLE
 */
export function fetchChannelStats(
  settings: ApiClientSettings,
  channel: string,
  signal: AbortSignal,
): Promise<ChannelView> {
  return getJson(settings, statsPath(channel), channelViewSchema, signal);
}

/** All channels, the busiest first, however many pages they take. @throws AppError API_UNREACHABLE */
export async function fetchChannels(
  settings: ApiClientSettings,
  signal: AbortSignal,
): Promise<ChannelView[]> {
  const byId = new Map<string, ChannelView>();
  const query = new URLSearchParams({ limit: String(MAX_CHANNELS_OF_A_PAGE) });
  for (;;) {
    const page = await getJson(settings, `/api/channels?${query}`, channelListSchema, signal);
    // One that was overtaken between two pages is on both.
    for (const channel of page.channels) byId.set(channel.channel_id, channel);
    if (page.next_cursor === null) return [...byId.values()];
    query.set('cursor', page.next_cursor);
  }
}

/** The windows of a channel that start in a range, oldest first. */
export type ChannelHistory = Pick<WindowHistory, 'channel_id' | 'channel_name' | 'windows'>;

/**
 * What the archive has of a channel's windows that start in `from` ≤ t < `to`, by id or name.
 * @throws AppError CHANNEL_UNKNOWN, API_UNREACHABLE
 */
export async function fetchHistory(
  settings: ApiClientSettings,
  channel: string,
  { from = 0, to }: { readonly from?: number | undefined; readonly to: number },
  signal: AbortSignal,
): Promise<ChannelHistory> {
  const windows: WindowHistory['windows'] = [];
  const query = new URLSearchParams({ from: String(from), to: String(to), limit: '1000' });
  for (;;) {
    const path = `${statsPath(channel)}/history?${query}`;
    const page = await getJson(settings, path, windowHistorySchema, signal);
    windows.push(...page.windows);
    if (page.next_cursor === null) {
      return { channel_id: page.channel_id, channel_name: page.channel_name, windows: windows.reverse() };
    }
    query.set('cursor', page.next_cursor);
  }
}

function statsPath(channel: string): string {
  return `/api/channels/${encodeURIComponent(channel.replace(/^#/, ''))}/stats`;
}

/** `Authorization` where the settings have a token. */
export function apiHeaders({ API_TOKEN: token }: ApiClientSettings): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
}

/**
 * The status and body of a path's answer, if all of it comes in ten seconds; no body when that is no JSON.
 * @throws whatever `fetch` does; the signal's reason when aborted
 */
export async function askApi(
  settings: ApiClientSettings,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(apiBaseUrl(settings) + path, {
    headers: apiHeaders(settings),
    signal: withTimeout(signal, ANSWER_MS),
  });
  return { status: response.status, body: parseJson(await response.text()) };
}

async function getJson<Schema extends z.ZodType>(
  settings: ApiClientSettings,
  path: string,
  schema: Schema,
  signal: AbortSignal,
): Promise<z.infer<Schema>> {
  const base = apiBaseUrl(settings);
  let answer: Awaited<ReturnType<typeof askApi>>;
  try {
    answer = await askApi(settings, path, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new AppError('API_UNREACHABLE', `Cannot reach the API at ${base}`, {
      detail: reasonOf(cause),
      cause,
    });
  }
  const { status, body } = answer;
  const notOurs = (detail: string) =>
    new AppError('API_UNREACHABLE', `What answers at ${base} is not this API`, {
      detail,
      hint: 'Check TWITCHSTATS_API_URL and PORT.',
    });
  if (body === undefined) throw notOurs(`${path} answered ${status}, and no JSON`);
  if (status !== 200) throw refused(base, path, status, body);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw notOurs(z.prettifyError(parsed.error).split('\n')[0] ?? '');
}

function refused(base: string, path: string, status: number, body: unknown): AppError {
  const problem = problemSchema.safeParse(body).data;
  const detail = problem?.detail ?? problem?.title ?? `${path} answered ${status}`;
  if (problem?.type.endsWith(':channel-unknown')) {
    return new AppError('CHANNEL_UNKNOWN', 'The channel is not known', { detail });
  }
  if (status === 401) {
    return new AppError('API_UNREACHABLE', `The API at ${base} needs a token`, {
      detail,
      hint: 'Set API_TOKEN.',
    });
  }
  return new AppError('API_UNREACHABLE', `The API at ${base} cannot answer`, { detail });
}

/** fetch says only "fetch failed"; its cause says why. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError && cause.message === '') return messageOf(cause.errors[0]);
  return messageOf(cause ?? error);
}
