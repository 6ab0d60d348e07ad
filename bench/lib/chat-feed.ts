import { execa } from 'execa';
import { packagePaths } from '../../src/stack/paths.ts';
import { roomForTheYoung } from '../../src/stack/services/node-services.ts';
import { settingsEnv } from '../../src/stack/settings-env.ts';
import { type LineProcess, runLines } from './line-process.ts';
import type { PipeStack } from './pipe-stack.ts';
import { within } from './wait-until.ts';

export interface FeedOptions {
  readonly channels: number;
  /** Messages a second of all of them. */
  readonly rate: number;
  /** Another one each time: equal ids would be taken for one message. */
  readonly seed: number;
  readonly probe?: FollowedChannel | undefined;
}

/** One more channel, of 20 lines a second, each of which is told of. */
export interface FollowedChannel {
  readonly name: string;
  /** @param at epoch milliseconds */
  readonly onSent: (at: number) => void;
}

export interface Feed {
  readonly sourcePid: number;
  readonly ingestorPid: number;
  /** How many lines it has sent so far, those of the followed channel left out. */
  sent(): Promise<number>;
  /** It sends no more, and all of the followed channel were told of. @returns how many lines it has sent, as `sent` does */
  stop(): Promise<number>;
  end(): Promise<void>;
}

/** A JOIN takes its time: 5 000 channels take 25 s. */
const JOINED_MS = 120_000;

/** Chat at a rate, read by an ingestor of its own, from when all its channels are joined until it is ended. */
export async function startFeed(
  { home, settings }: Pick<PipeStack, 'home' | 'settings'>,
  { channels, rate, seed, probe }: FeedOptions,
): Promise<Feed> {
  const followed = probe === undefined ? [] : [probe.name];
  const source = runLines('chat-source.ts', [channels, rate, seed, ...followed].map(String));
  const { url, channels: names } = JSON.parse(await source.line());
  // As the stack starts it: in a session of its own, since Linux shares the CPU among sessions, and to end with us.
  const ingestor = execa(
    process.execPath,
    [
      ...[...roomForTheYoung, packagePaths.cli, 'ingest', '--joins-per-10s', '2000', '--log-level', 'warn'],
      ...[...names, '--home', home],
    ],
    {
      env: { ...settingsEnv(settings), TWITCH_IRC_URL: url, TWITCHSTATS_SUPERVISED: '1' },
      detached: true,
      reject: false,
      all: true,
    },
  );
  const end = async () => {
    await source.end();
    ingestor.kill();
    await ingestor;
  };
  try {
    const ended = ingestor.then(({ all }) => {
      throw new Error(`the ingestor ended\n${all}`);
    });
    ended.catch(() => undefined);
    await within(`all ${names.length} channels joined`, JOINED_MS, Promise.race([source.line(), ended]));
  } catch (error) {
    await end();
    throw error;
  }
  const ask = answersOf(source, probe);
  return {
    sourcePid: source.pid,
    ingestorPid: ingestor.pid ?? 0,
    sent: () => ask('sent'),
    stop: () => ask('stop'),
    end,
  };
}

/** Answers come in the order of the questions, lines of the followed channel in between. */
function answersOf(source: LineProcess, probe: FollowedChannel | undefined) {
  const asked: { resolve(sent: number): void; reject(reason: unknown): void }[] = [];
  const read = async () => {
    for (;;) {
      const [kind, number] = (await source.line()).split(' ');
      if (kind === 'probe') probe?.onSent(Number(number));
      else asked.shift()?.resolve(Number(number));
    }
  };
  void read().catch((error: unknown) => {
    for (const { reject } of asked.splice(0)) reject(error);
  });
  return (command: 'sent' | 'stop') =>
    new Promise<number>((resolve, reject) => {
      asked.push({ resolve, reject });
      source.say(command);
    });
}
