import { textOf, until } from './until.ts';

/** Resolves when so many follow the API's stream. One that finds no API when it is started says so and ends, as it should. */
export async function untilViewed(apiUrl: string, viewers: number, signal: AbortSignal): Promise<void> {
  const isViewed = async () => (await viewersOf(apiUrl)) >= viewers;
  await until(`${viewers} follow the stream of the API`, isViewed, { signal, periodMs: 100 });
}

async function viewersOf(apiUrl: string): Promise<number> {
  const metrics = (await textOf(`${apiUrl}/metrics`)) ?? '';
  return Number(/^twitchstats_api_stream_clients (\d+)$/m.exec(metrics)?.[1] ?? 0);
}
