import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../config/settings.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { type GapEvent, gapEventSchema } from '../../contract/ingest-event.ts';
import { playChat } from '../../simulator/chat-player.ts';
import { inventedChannels } from '../../simulator/rooms.ts';
import { parseScenario } from '../../simulator/scenario.ts';
import { createScenarioRunner } from '../../simulator/scenario-runner.ts';
import { startChatServer } from '../../simulator/server.ts';
import { seeded } from '../seeded.ts';
import { arrivalsOf } from './arrivals.ts';
import { untilIngests } from './ingest-health.ts';
import { startIngestParts } from './ingest-parts.ts';
import { type OwnEnd, unexpectedEnds } from './own-ends.ts';
import { recordsOf } from './readers.ts';
import { notToldOf, type SentLine, type SentLines, sentLines } from './sent-lines.ts';
import { type GapSlack, gapSlack, SLACK_MS } from './tight-gaps.ts';
import { overdueIn, textOf, until } from './until.ts';
import type { Victim } from './victim.ts';

export interface IngestRunOptions {
  readonly seed: number;
  readonly messages: number;
  readonly channels: number;
  /** How many, drawn by the seed; or which ones, in this order. */
  readonly faults: number | readonly IngestFault[];
  /** Messages a second. */
  readonly rate: number;
  readonly report?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface IngestRunResult {
  readonly sent: number;
  /** Distinct messages in Kafka. */
  readonly arrived: number;
  /** Records beyond those: batches whose answer was lost. */
  readonly doubles: number;
  /** Sent, not arrived, and in a gap that the ingestor told. */
  readonly owned: number;
  /** Sent, not arrived, and nobody said so: the books do not close. */
  readonly unexplained: readonly SentLine[];
  /** Records that nobody sent, or that say something else than their line did; one line each. */
  readonly wrong: readonly string[];
  readonly slack: GapSlack;
  /** Why the gaps were told, each reason once. */
  readonly gapReasons: readonly string[];
  /** What processes did that was no fault of ours; each was started again. */
  readonly ownEnds: readonly OwnEnd[];
  /** What processes did that they must not, and what did not come to pass; one line each. */
  readonly unruly: readonly string[];
  readonly faults: readonly string[];
  /** What the ingestor held on to: just before each fault, and when all was calm again at the end. */
  readonly holdings: readonly Holdings[];
}

export interface Holdings {
  /** Changes when the process is another one. */
  readonly startedAt: number;
  readonly residentMiB: number;
  readonly heapMiB: number;
  readonly timers: number;
  readonly handles: number;
}

/** Made-up chat to a real ingestor and a real Kafka while all three of them suffer; then the books. */
export async function runIngestLedger(options: IngestRunOptions): Promise<IngestRunResult> {
  const { seed, report = () => undefined } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-ledger-'));
  const channels = inventedChannels(options.channels);
  const ledger = sentLines();
  const server = await startChatServer({ port: 0, ledger });
  const victims: Victim[] = [];
  try {
    const args = ['--joins-per-10s', '2000'];
    const { settings, ingest } = await startIngestParts({
      directory,
      server,
      channels,
      args,
      signal,
      victims,
    });
    const areJoined = () => channels.every((channel) => server.listeners(channel) > 0);
    await until('all channels are joined', areJoined, { signal });

    const runner = createScenarioRunner(parseScenario({ faults: [] }), server);
    const holdings: (Holdings | undefined)[] = [];
    const playing = playChat(
      { ...options, server, channels, faults: runner, lines: options.messages },
      signal,
    );
    const random = seeded(seed ^ 0x5eed);
    const faults =
      typeof options.faults === 'number'
        ? Array.from({ length: options.faults }, () => random.pick(ingestFaults))
        : options.faults;
    const shareMs = ((options.messages / options.rate) * 1000) / (faults.length + 1);
    for (const [index, fault] of faults.entries()) {
      await sleep(shareMs * (0.5 + random.next()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      holdings.push(await holdingsOf(settings));
      await happen(fault, server, victims);
      report(`fault ${index + 1}: ${fault}`);
    }
    await playing;
    const late = await overdueIn(untilIngests(settings, signal));
    await sleep(2000);
    holdings.push(await holdingsOf(settings));
    // In order: what is on its way is flushed, what is not heard any more is told.
    await ingest.stop();
    const ownEnds = victims.flatMap((victim) => victim.ownEnds());
    return {
      ...(await closeBooks(settings, ledger)),
      ownEnds,
      unruly: [...late, ...unexpectedEnds(ownEnds)],
      faults,
      holdings: holdings.filter((sample) => sample !== undefined),
    };
  } finally {
    // Chat that is still played is heard by nobody.
    ended.abort();
    await Promise.all(victims.map((victim) => victim.stop()));
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
}

export const ingestFaults = [
  'twitch: reconnect',
  'twitch: cut',
  'twitch: half-open',
  'twitch: down',
  'kafka: restart',
  'kafka: kill',
  'kafka: pause',
  'ingest: kill',
  'ingest: restart',
] as const;
export type IngestFault = (typeof ingestFaults)[number];

async function happen(
  fault: IngestFault,
  server: Awaited<ReturnType<typeof startChatServer>>,
  [kafka, ingest]: readonly Victim[],
): Promise<void> {
  switch (fault) {
    case 'twitch: reconnect':
      setTimeout(server.askToReconnect(), 3000);
      return;
    case 'twitch: cut':
      server.cutAll();
      return;
    case 'twitch: half-open':
      server.dieAll();
      return;
    case 'twitch: down':
      server.acceptsConnections = false;
      server.cutAll();
      await sleep(1500);
      server.acceptsConnections = true;
      return;
    default: {
      const victim = fault.startsWith('kafka') ? kafka : ingest;
      const kind = fault.endsWith('pause') ? 'pause' : fault.endsWith('kill') ? 'kill' : 'restart';
      await victim?.suffer({ kind, pauseMs: 4000 });
    }
  }
}

async function closeBooks(settings: Settings, ledger: SentLines) {
  const sent = ledger.lines;
  const arrived = new Set<string>();
  const wrong: string[] = [];
  const judge = arrivalsOf(sent);
  let records = 0;
  for await (const { value } of recordsOf(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES)) {
    const message: ChatMessage = JSON.parse(String(value));
    arrived.add(message.message_id);
    const fault = judge(message);
    if (fault !== undefined) wrong.push(fault);
    records++;
  }
  const gaps: GapEvent[] = [];
  for await (const { value } of recordsOf(settings, settings.KAFKA_TOPIC_INGEST_EVENTS))
    gaps.push(gapEventSchema.parse(JSON.parse(String(value))));
  const lost = sent.filter(({ id }) => !arrived.has(id));
  const unexplained = notToldOf(lost, gaps);
  return {
    sent: sent.length,
    arrived: arrived.size,
    doubles: records - arrived.size,
    owned: lost.length - unexplained.length,
    unexplained,
    wrong,
    slack: gapSlack(ledger, (id) => arrived.has(id), gaps, SLACK_MS.whateverHappens),
    gapReasons: [...new Set(gaps.map(({ reason }) => reason))],
  };
}

/** Undefined while it does not answer. */
async function holdingsOf({ INGEST_HTTP_PORT }: Settings): Promise<Holdings | undefined> {
  const text = await textOf(`http://127.0.0.1:${INGEST_HTTP_PORT}/metrics`);
  if (text === undefined) return undefined;
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? 0);
  const mebibytes = (name: string) => Math.round(value(name) / 1024 / 1024);
  return {
    startedAt: value('process_start_time_seconds'),
    residentMiB: mebibytes('process_resident_memory_bytes'),
    heapMiB: mebibytes('nodejs_heap_size_used_bytes'),
    timers: value('nodejs_active_resources{type="Timeout"}'),
    handles: value('nodejs_active_handles_total'),
  };
}
