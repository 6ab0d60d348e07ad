import { type ApiClientSettings, askApi } from '../../api/client.ts';
import { healthSchema } from '../../contract/api.ts';
import type { PipelineHealth } from '../model/dashboard-event.ts';
import { healthOf } from '../model/decode.ts';

/** How the pipeline is by the API's word, which it also gives (with 503) while it is not well; undefined without one in time. */
export async function fetchPipelineHealth(
  settings: ApiClientSettings,
  signal: AbortSignal,
): Promise<PipelineHealth | undefined> {
  try {
    const { body } = await askApi(settings, '/api/health', signal);
    const health = healthSchema.safeParse(body);
    return health.success ? healthOf(health.data) : undefined;
  } catch {
    return undefined;
  }
}
