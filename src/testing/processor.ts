import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import type { ClassData } from '../stack/class-data.ts';
import { freePorts } from '../stack/ports.ts';
import type { ProcessExit } from '../stack/process.ts';
import type { ProcessorRole } from '../stack/services/processor.ts';
import { startService } from '../stack/start-service.ts';
import { testProcessorService } from './embedded.ts';

export interface RunningProcessor {
  readonly pid: number;
  /** `http://127.0.0.1:PORT` of its `/health` and `/metrics`. */
  readonly url: string;
  readonly logFile: string;
  readonly exited: Promise<ProcessExit>;
  /** The sum of what its `/metrics` has of `twitchstats_processor_NAME`, whatever the labels. */
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
  /** `kill -9`: nothing is committed, nothing is closed. */
  kill(): Promise<void>;
}

export interface ProcessorOptions {
  readonly role?: ProcessorRole;
  /** Added to the environment that the settings give. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kept when given, so that a second start finds it. */
  readonly stateDir?: string;
  /** JVM flags for its class-data archive. Default: use it if there is one. */
  readonly classFlags?: (data: ClassData) => string[];
}

/** The real processor against these settings, RUNNING with partitions when this resolves. */
export async function startProcessor(
  settings: Settings,
  options: ProcessorOptions = {},
): Promise<RunningProcessor> {
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-processor-'));
  const [port = 0] = await freePorts(1);
  const service = await testProcessorService(
    {
      settings,
      role: options.role ?? 'all',
      stateDir: options.stateDir ?? join(directory, 'state'),
      runDir: directory,
      port,
      env: options.env ?? {},
    },
    options.classFlags,
  );
  const logFile = join(directory, 'processor.log');
  const { process } = await startService(service, { logFile, signal: AbortSignal.timeout(60_000) });
  const remove = () => rm(directory, { recursive: true, force: true });
  const url = `http://127.0.0.1:${port}`;
  return {
    pid: process.pid,
    url,
    logFile,
    exited: process.exited,
    async metric(name) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text.split('\n').filter((line) => line.startsWith(`twitchstats_processor_${name}`));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    },
    async stop() {
      await process.terminate();
      await remove();
    },
    async kill() {
      await process.terminate(AbortSignal.abort());
      await remove();
    },
  };
}
