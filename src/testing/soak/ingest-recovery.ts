import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { gapEventSchema } from '../../contract/ingest-event.ts';
import { playChat } from '../../simulator/chat-player.ts';
import { startChatServer } from '../../simulator/server.ts';
import { arrivalsOf } from '../ledger/arrivals.ts';
import { startIngestParts } from '../ledger/ingest-parts.ts';
import { ownEndsSummary, unexpectedEnds } from '../ledger/own-ends.ts';
import { recordsOf } from '../ledger/readers.ts';
import { notToldOf, sentLines } from '../ledger/sent-lines.ts';
import { gapSlack, SLACK_MS, slackSummary } from '../ledger/tight-gaps.ts';
import type { Victim } from '../ledger/victim.ts';
import type { SoakOptions } from '../soak.ts';

const CHANNEL = 'pixel_otter';
const BETWEEN_KILLS_MS = 5000;

/**
 * kill -9 of the ingestor under load with one channel, ten times unless told otherwise, each followed by a start at once.
 * Says how long it took until the channel was joined again, and until the first message sent after the kill was in Kafka.
 * Both must come before the next kill, what arrives is what was sent, the rest lies in gaps, and these begin and end in time.
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

    const messages: { readonly sentAt: number; readonly loggedAt: number }[] = [];
    const arrived = new Set<string>();
    const judge = arrivalsOf(ledger.lines);
    const wrong: string[] = [];
    for await (const { value, timestamp } of recordsOf(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES)) {
      const message: ChatMessage = JSON.parse(String(value));
      const fault = judge(message);
      if (fault !== undefined) wrong.push(fault);
      arrived.add(message.message_id);
      messages.push({ sentAt: message.timestamp, loggedAt: timestamp });
    }
    const gaps = [];
    for await (const { value } of recordsOf(settings, settings.KAFKA_TOPIC_INGEST_EVENTS))
      gaps.push(gapEventSchema.parse(JSON.parse(String(value))));
    const recovered = killedAt.map((from, index) => {
      const to = killedAt[index + 1] ?? Number.POSITIVE_INFINITY;
      const joined = joinedAt.find((at) => at > from && at < to);
      const logged = messages.flatMap(({ sentAt, loggedAt }) =>
        sentAt > from && loggedAt < to ? [loggedAt - from] : [],
      );
      if (joined === undefined || logged.length === 0) {
        const what = joined === undefined ? 'not joined again' : 'no message in Kafka again';
        report(`kill ${index + 1}: ${what} before the next one, or the end`);
        return false;
      }
      const first = logged.reduce((least, ms) => Math.min(least, ms));
      report(
        `kill ${index + 1}: joined again after ${joined - from} ms, messages in Kafka again after ${first} ms`,
      );
      return true;
    });
    const slack = gapSlack(ledger, (id) => arrived.has(id), gaps, SLACK_MS.whileChatFlows);
    report(slackSummary(slack));
    const ownEnds = victims.flatMap((victim) => victim.ownEnds());
    for (const line of ownEndsSummary(ownEnds)) report(line);
    const open = [...unexpectedEnds(ownEnds), ...wrong, ...slack.open];
    for (const line of open.slice(0, 20)) report(line);
    const lost = ledger.lines.filter(({ id }) => !arrived.has(id));
    const silent = notToldOf(lost, gaps);
    report(
      `${ledger.lines.length} sent, ${arrived.size} arrived, ${lost.length} lost, ${silent.length} of them in silence`,
    );
    return recovered.every(Boolean) && silent.length + open.length === 0;
  } finally {
    ended.abort();
    await Promise.all(victims.map((victim) => victim.stop()));
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
}
