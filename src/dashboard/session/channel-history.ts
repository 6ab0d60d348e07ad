import { type ApiClientSettings, askApi } from '../../api/client.ts';
import { windowHistorySchema } from '../../contract/api.ts';
import { pastWindowsOf } from '../model/decode.ts';
import type { WindowCounts } from '../model/window-counts.ts';

const WINDOWS = 60;

/** The past windows of a channel from the archive; none while the archive is away: the dashboard can do without. */
export async function fetchChannelHistory(
  settings: ApiClientSettings,
  channelId: string,
  signal: AbortSignal,
): Promise<readonly WindowCounts[]> {
  const path = `/api/channels/${encodeURIComponent(channelId)}/stats/history?limit=${WINDOWS}`;
  try {
    const { body } = await askApi(settings, path, signal);
    const history = windowHistorySchema.safeParse(body);
    return history.success ? pastWindowsOf(history.data) : [];
  } catch {
    return [];
  }
}
