import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../contract/errors.ts';
import type { Logger } from '../output/logger.ts';
import { type KafkaSettings, toKafkaError } from './client.ts';
import { ReaderProgress } from './reader-progress.ts';
import { runReaderSession } from './reader-session.ts';

export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: Buffer | undefined;
  /** Append time where the topic says so, as all of ours do. */
  readonly timestamp: number;
}

export interface TopicStart {
  readonly topic: string;
  /** `beginning`, `end` (what is written from now on), or an append time in epoch milliseconds. */
  readonly from: 'beginning' | 'end' | number;
}

export interface ReaderState {
  /** Kafka answered within the last seconds. */
  readonly connected: boolean;
  /** Epoch milliseconds of the last change of `connected`. */
  readonly since: number;
  /** All that was in the topics when the reader started has been read. */
  readonly caughtUp: boolean;
  /** Offsets (records and control records) not read yet, as far as known. */
  readonly lag: number;
  /** Why it is not connected. */
  readonly reason: string | undefined;
}

export interface TopicReaderOptions {
  readonly clientId: string;
  /** The reader's own consumer group: nothing is committed, so the broker forgets it when the reader is gone. */
  readonly groupId: string;
  readonly topics: readonly TopicStart[];
  /** Committed records of one partition in order; the next ones wait until it is done. */
  readonly onRecords: (records: readonly TopicRecord[]) => void | Promise<void>;
  readonly onState?: (state: ReaderState) => void;
  readonly logger?: Logger;
  readonly signal: AbortSignal;
}

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
