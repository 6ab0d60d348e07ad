import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when so many follow the API's stream. One that finds no API when it is started says so and ends, as it should. */
export async function untilViewed(apiUrl: string, viewers: number, signal: AbortSignal): Promise<void> {
  while ((await viewersOf(apiUrl)) < viewers) await sleep(100, undefined, { signal });
}

async function viewersOf(apiUrl: string): Promise<number> {
  const metrics = await (await fetch(`${apiUrl}/metrics`)).text();
  return Number(/^twitchstats_api_stream_clients (\d+)$/m.exec(metrics)?.[1] ?? 0);
}
