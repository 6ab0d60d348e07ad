import { type ApiClientSettings, apiBaseUrl, apiHeaders } from '../../api/client.ts';
import { healthSchema } from '../../contract/api.ts';
import type { PipelineHealth } from '../model/dashboard-event.ts';
import { healthOf } from '../model/decode.ts';

/** How the pipeline is by the API's word, which it also gives (with 503) while it is not well; undefined without one. */
export async function fetchPipelineHealth(
  settings: ApiClientSettings,
  signal: AbortSignal,
): Promise<PipelineHealth | undefined> {
  try {
    const response = await fetch(`${apiBaseUrl(settings)}/api/health`, {
      headers: apiHeaders(settings),
      signal,
    });
    const health = healthSchema.safeParse(await response.json());
    return health.success ? healthOf(health.data) : undefined;
  } catch {
    return undefined;
  }
}
