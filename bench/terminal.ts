/**
 * `npm run bench -- terminal [--seconds 20] [--repetitions 3] [--rate 1000] [--channels 50]`: the CPU that the
 * dashboard takes while chat runs, against an Ink app that sets state on each message. Both run in a terminal of their
 * own, of the same size, on the same stream, React in production mode. The stream is the API's, from a stand-in that
 * sends a channel's counts at most every 100 ms, as the API does; the peer reads its single messages. A run counts only
 * when the screen follows: in the end it must show soon what was sent by then.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { channelView, type FakeStreamApi, startFakeStreamApi } from '../src/testing/fake-stream-api.ts';
import { type PseudoTerminal, runNodeOnTerminal } from '../src/testing/pseudo-terminal.ts';
import { interleave } from './lib/compare.ts';
import type { Result } from './lib/results.ts';
import { waitUntil } from './lib/wait-until.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const size = { columns: 120, rows: 60 };
/** Loading, compiling and the first frames are not what is measured. */
const WARM_UP_MS = 4_000;
/** A program that starts, on a machine that is busy. */
const START_MS = 60_000;
/** Both draw what they heard within a second, unless they fall behind. */
const SHOWN_MS = 5_000;
const REPORTED_MS = 10_000;

export default async function terminal(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '20' },
      repetitions: { type: 'string', default: '3' },
      rate: { type: 'string', default: '1000' },
      channels: { type: 'string', default: '50' },
    },
  });
  const seconds = Number(values.seconds);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(
    `dashboard: CPU over ${seconds} s at ${values.rate} msg/s on ${values.channels} channels, in ms a second`,
  );
  const load = { seconds, rate: Number(values.rate), channels: Number(values.channels) };
  const watch = `import(${JSON.stringify(here('../src/main.ts'))}).then((m) => m.main(['watch']))`;
  const naive = (api: string) => [here('lib/NaiveDashboard.tsx'), `${api}/api/stream?events=message`];
  const results = await interleave(
    [
      { name: 'twitchstats watch', run: () => cpuOf(() => ['--eval', watch], load) },
      { name: 'naive Ink app', run: () => cpuOf(naive, load) },
    ],
    Number(values.repetitions),
    say,
  );
  for (const { name, figure } of results) {
    say(`${name}: ${figure.median.toFixed(1)} ms/s (${figure.low.toFixed(1)}–${figure.high.toFixed(1)})`);
  }
  const [ours, peer] = results;
  if (ours === undefined || peer === undefined) return [];
  return [
    {
      what: `CPU of the dashboard at ${values.rate} msg/s, ${values.channels} channels`,
      unit: 'ms/s',
      ours: ours.figure,
      peer: { name: 'an Ink app that sets state on each message', figure: peer.figure },
      bar: { is: 'at most', bar: 0.2, aim: 0.05 },
    },
  ];
}

interface Load {
  readonly seconds: number;
  /** Messages a second of all channels. */
  readonly rate: number;
  readonly channels: number;
}

/**
 * CPU milliseconds a second of a program on a terminal, once it has warmed up.
 * @throws Error when its screen does not show the messages that were sent
 */
async function cpuOf(
  program: (apiUrl: string) => readonly string[],
  { seconds, rate, channels }: Load,
): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'twitchstats-bench-'));
  const report = join(directory, 'cpu');
  const api = await startFakeStreamApi();
  const args = ['--import', 'tsx', '--import', here('lib/report-cpu.ts'), ...program(api.url)];
  const terminal = runNodeOnTerminal(args, {
    ...size,
    env: {
      CPU_REPORT: report,
      NODE_ENV: 'production',
      TWITCHSTATS_API_URL: api.url,
      TWITCHSTATS_HOME: directory,
    },
  });
  let chat: Chat | undefined;
  try {
    // From its first message on: the peer counts what it hears.
    await waitUntil('a program that listens', () => api.streams() > 0, { withinMs: START_MS, everyMs: 20 });
    chat = startChat(api, rate, channels);
    await waitUntil('a channel on the screen', () => shownCount(terminal) > 0, { withinMs: START_MS });
    await sleep(WARM_UP_MS);
    const before = await cpuMicroseconds(terminal, report, 1);
    const started = performance.now();
    await sleep(seconds * 1000);
    const after = await cpuMicroseconds(terminal, report, 2);
    const tookMs = performance.now() - started;
    const sent = chat.sentTo(FOLLOWED);
    await waitUntil(
      `the ${sent} messages of channel_${FOLLOWED} on the screen`,
      () => shownCount(terminal) >= sent,
      { withinMs: SHOWN_MS },
    );
    return (after - before) / tookMs;
  } finally {
    chat?.stop();
    terminal.kill('SIGKILL');
    await terminal.ended;
    await api.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The channel that most messages are of: the first row of both. */
const FOLLOWED = 0;

function shownCount(terminal: PseudoTerminal): number {
  const count = new RegExp(`channel_${FOLLOWED}\\s+([\\d,]+)`).exec(terminal.screen().join('\n'))?.[1];
  return Number((count ?? '0').replaceAll(',', ''));
}

async function cpuMicroseconds(terminal: PseudoTerminal, report: string, line: number): Promise<number> {
  terminal.kill('SIGUSR2');
  const isReported = () => readLines(report).length >= line;
  await waitUntil('CPU time of a program', isReported, { withinMs: REPORTED_MS, everyMs: 5 });
  return Number(readLines(report)[line - 1]);
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

interface Chat {
  /** Messages of one channel so far. */
  sentTo(channel: number): number;
  stop(): void;
}

/** Chat at `rate` messages a second: big channels get most of it. */
function startChat(api: FakeStreamApi, rate: number, channels: number): Chat {
  const counts = Array.from({ length: channels }, () => 0);
  const touched = new Set<number>();
  const started = performance.now();
  let sent = 0;
  const messages = setInterval(() => {
    const due = Math.floor(((performance.now() - started) / 1000) * rate);
    for (; sent < due; sent++) {
      const at = Math.floor(channels * Math.random() ** 2);
      counts[at] = (counts[at] ?? 0) + 1;
      touched.add(at);
      api.say({
        channel_id: `id-channel_${at}`,
        channel_name: `channel_${at}`,
        message_id: String(sent),
        user_id: '1',
        username: 'viewer',
        message: 'hello Kappa',
        timestamp: Date.now(),
        emotes: ['Kappa'],
      });
    }
  }, 5);
  const stats = setInterval(() => {
    for (const at of touched) api.publish(channelView(`channel_${at}`, { message_count: counts[at] ?? 0 }));
    touched.clear();
  }, 100);
  return {
    sentTo: (channel) => counts[channel] ?? 0,
    stop() {
      clearInterval(messages);
      clearInterval(stats);
    },
  };
}
