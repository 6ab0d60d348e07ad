import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { runApi } from '../api/run.ts';
import type { Settings } from '../config/settings.ts';

export interface RunningApi {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The API in this process, on a free port, taking requests when this resolves; stopped when the test has finished. */
export async function startApi(settings: Settings): Promise<RunningApi> {
  const stop = new AbortController();
  let ended: Promise<void> = Promise.resolve();
  const port = await new Promise<number>((resolve, reject) => {
    ended = runApi(
      { ...settings, PORT: 0 },
      {
        logger: pino({ level: 'silent' }),
        signal: stop.signal,
        onListening: (address) => resolve(address.port),
      },
    );
    ended.catch(reject);
  });
  const stopApi = async () => {
    stop.abort();
    await ended;
  };
  onTestFinished(stopApi);
  return { url: `http://127.0.0.1:${port}`, stop: stopApi };
}
