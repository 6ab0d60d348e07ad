import { z } from 'zod';
import type { Settings } from '../../config/settings.ts';
import { jsonIn, textOf, until } from './until.ts';

const healthSchema = z.object({ status: z.string() });

/** Resolves when the ingestor hears all its channels and Kafka answers it. @throws Overdue */
export async function untilIngests({ INGEST_HTTP_PORT }: Settings, signal: AbortSignal): Promise<void> {
  const url = `http://127.0.0.1:${INGEST_HTTP_PORT}/health`;
  await until(
    'the ingestor is up',
    async () => jsonIn((await textOf(url)) ?? '', healthSchema)?.status === 'up',
    { signal },
  );
}
