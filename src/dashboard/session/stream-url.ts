import { type ApiClientSettings, apiBaseUrl } from '../../api/client.ts';
import type { StreamEventName } from '../../contract/api.ts';

/** The address of the API's event stream; no channels mean all of them. */
export function streamUrl(
  settings: ApiClientSettings,
  events: readonly StreamEventName[],
  channels: readonly string[],
): URL {
  const url = new URL(`${apiBaseUrl(settings)}/api/stream`);
  url.searchParams.set('events', events.join(','));
  for (const channel of channels) url.searchParams.append('channel', channel.replace(/^#/, ''));
  return url;
}
