import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../contract/errors.ts';
import { type KafkaSettings, toKafkaError } from './client.ts';
import { ReaderProgress, type ReaderState } from './reader-progress.ts';
import { runReaderSession, type TopicReaderOptions } from './reader-session.ts';

export interface TopicReader {
  state(): ReaderState;
  /** Resolves when everything is closed, after `signal` was aborted. */
  readonly done: Promise<void>;
}

/** Kafka counts as away when nothing was answered for this long: the reader asks at least every half second. */
const SILENCE_MS = 4000;

/**
 * Reads whole topics, all partitions, committed records only, for as long as `signal` lets it. It outlives Kafka:
 * every lost session is followed by another one that goes on at the position reached.
 */
export function readTopics(settings: KafkaSettings, options: TopicReaderOptions): TopicReader {
  const progress = new ReaderProgress(options.onState);
  const silence = setInterval(() => progress.checkSilence(SILENCE_MS), 500);
  silence.unref();
  const done = sessions(settings, options, progress).finally(() => clearInterval(silence));
  return { state: () => progress.state(), done };
}

async function sessions(
  settings: KafkaSettings,
  options: TopicReaderOptions,
  progress: ReaderProgress,
): Promise<void> {
  const { signal, logger } = options;
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await runReaderSession(settings, options, progress, () => {
        failures = 0;
      });
    } catch (error) {
      const { message, detail } = toKafkaError(error, settings);
      const reason = detail ?? message;
      if (progress.disconnected(reason)) logger?.warn({ reason }, 'kafka is away; trying again');
      else logger?.debug({ reason: messageOf(error) }, 'kafka is still away');
    }
    await sleep(Math.min(250 * 2 ** failures, 3000), undefined, { signal }).catch(() => undefined);
  }
}
