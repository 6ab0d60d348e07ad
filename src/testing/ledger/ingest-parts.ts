import { join } from 'node:path';
import { type Settings, settingsSchema } from '../../config/settings.ts';
import { ensureTopics } from '../../kafka/admin.ts';
import type { ChatServer } from '../../simulator/server.ts';
import { freePorts } from '../../stack/ports.ts';
import { ingestService } from '../../stack/services/node-services.ts';
import { embeddedServices, testClassPaths } from '../embedded.ts';
import { startVictim, type Victim } from './victim.ts';

export interface IngestPartsOptions {
  readonly directory: string;
  readonly server: ChatServer;
  readonly channels: readonly string[];
  /** More arguments of `ingest`. */
  readonly args?: readonly string[];
  readonly signal: AbortSignal;
  /** Who was started is added at once: Kafka, then the ingestor. */
  readonly victims: Victim[];
}

/** A Kafka and an ingestor that reads `channels` from `server`, each ready, and each able to suffer. */
export async function startIngestParts(
  options: IngestPartsOptions,
): Promise<{ readonly settings: Settings; readonly ingest: Victim }> {
  const { directory, server, channels, args = [], signal, victims } = options;
  const ports = await freePorts(6);
  const { kafka } = embeddedServices(directory, ports.slice(0, 5), await testClassPaths());
  const settings = settingsSchema.parse({
    KAFKA_BROKERS: `127.0.0.1:${kafka.ports.broker}`,
    TWITCH_IRC_URL: server.url,
    INGEST_HTTP_PORT: ports[5],
    LOG_LEVEL: 'info',
  });
  victims.push(await startVictim('kafka', kafka, join(directory, 'kafka.log'), signal));
  await ensureTopics(settings);
  const service = ingestService({
    settings,
    home: directory,
    runDir: directory,
    channels,
    afterSimulator: false,
  });
  const ingestor = { ...service, args: [...service.args, ...args] };
  const ingest = await startVictim('ingest', ingestor, join(directory, 'ingest.log'), signal);
  victims.push(ingest);
  return { settings, ingest };
}
