import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gapEventSchema } from '../../contract/ingest-event.ts';
import { wholeTopic } from '../../kafka/whole-topic.ts';
import { playChat } from '../../simulator/chat-player.ts';
import { startChatServer } from '../../simulator/server.ts';
import { startIngestParts } from '../ledger/ingest-parts.ts';
import { notToldOf, sentLines } from '../ledger/sent-lines.ts';
import type { Victim } from '../ledger/victim.ts';
import type { SoakOptions } from '../soak.ts';

const CHANNEL = 'pixel_otter';
const BETWEEN_KILLS_MS = 5000;

/**
 * kill -9 of the ingestor under load with one channel, ten times unless told otherwise, each followed by a start at once.
 * Says how long it took until the channel was joined again, and until the first message sent after the kill was in Kafka.
 */
export default async function soakIngestRecovery(options: SoakOptions): Promise<boolean> {
  const { seed = 1, rate = 1000, faults = 10, report } = options;
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-recovery-'));
  const ended = new AbortController();
  const ledger = sentLines();
  const joinedAt: number[] = [];
  const server = await startChatServer({ port: 0, ledger, onJoined: () => joinedAt.push(Date.now()) });
  const victims: Victim[] = [];
  try {
    const signal = AbortSignal.any([ended.signal, options.signal]);
    const channels = [CHANNEL];
    const parts = { directory, server, channels, signal, victims };
    const { settings, ingest } = await startIngestParts(parts);
    const playing = playChat({ server, channels, rate, seed }, signal);
    const killedAt: number[] = [];
    for (let kill = 0; kill < faults; kill++) {
      await sleep(BETWEEN_KILLS_MS, undefined, { signal });
      killedAt.push(Date.now());
      await ingest.suffer({ kind: 'kill', pauseMs: 0 });
    }
    await sleep(BETWEEN_KILLS_MS, undefined, { signal });
    ended.abort();
    await playing;
    await ingest.stop();

    const read = (topic: string) =>
      wholeTopic(settings, { topic, clientId: 'soak' }, new AbortController().signal);
    const messages: { readonly sentAt: number; readonly loggedAt: number }[] = [];
    const arrived = new Set<string>();
    for await (const { value, timestamp } of read(settings.KAFKA_TOPIC_CHAT_MESSAGES)) {
      const message = JSON.parse(String(value));
      arrived.add(message.message_id);
      messages.push({ sentAt: message.timestamp, loggedAt: timestamp });
    }
    const gaps = [];
    for await (const { value } of read(settings.KAFKA_TOPIC_INGEST_EVENTS))
      gaps.push(gapEventSchema.parse(JSON.parse(String(value))));
    for (const [index, at] of killedAt.entries()) {
      const joined = joinedAt.find((time) => time > at) ?? Number.NaN;
      const logged = Math.min(
        ...messages.filter(({ sentAt }) => sentAt > at).map(({ loggedAt }) => loggedAt),
      );
      report(
        `kill ${index + 1}: joined again after ${joined - at} ms, messages in Kafka again after ${logged - at} ms`,
      );
    }
    const lost = ledger.lines.filter(({ id }) => !arrived.has(id));
    const silent = notToldOf(lost, gaps);
    report(
      `${ledger.lines.length} sent, ${arrived.size} arrived, ${lost.length} lost, ${silent.length} of them in silence`,
    );
    return silent.length === 0;
  } finally {
    ended.abort();
    await Promise.all(victims.map((victim) => victim.stop()));
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
}
