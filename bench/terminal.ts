/**
 * `npm run bench -- terminal [--seconds 20] [--repetitions 3] [--rate 1000] [--channels 50]`: the CPU that the
 * dashboard takes while chat runs, against an Ink app that sets state on each message. Both run in a terminal of their
 * own, of the same size, on the same stream, React in production mode. The stream is the API's, from a stand-in that
 * sends a channel's counts at most every 100 ms, as the API does; the peer reads its single messages.
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

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const size = { columns: 120, rows: 60 };
/** Loading, compiling and the first frames are not what is measured. */
const WARM_UP_MS = 4_000;

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
  const api = await startFakeStreamApi();
  const stop = feed(api, Number(values.rate), Number(values.channels));
  try {
    const watch = `import(${JSON.stringify(here('../src/main.ts'))}).then((m) => m.main(['watch']))`;
    const results = await interleave(
      [
        { name: 'twitchstats watch', run: () => cpuOf(['--eval', watch], api.url, seconds) },
        {
          name: 'naive Ink app',
          run: () =>
            cpuOf([here('lib/NaiveDashboard.tsx'), `${api.url}/api/stream?events=message`], api.url, seconds),
        },
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
  } finally {
    stop();
    await api.close();
  }
}

/** CPU milliseconds a second of a program on a terminal, once it has warmed up. */
async function cpuOf(program: readonly string[], apiUrl: string, seconds: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'twitchstats-bench-'));
  const report = join(directory, 'cpu');
  const terminal = runNodeOnTerminal(['--import', 'tsx', '--import', here('lib/report-cpu.ts'), ...program], {
    ...size,
    env: {
      CPU_REPORT: report,
      NODE_ENV: 'production',
      TWITCHSTATS_API_URL: apiUrl,
      TWITCHSTATS_HOME: directory,
    },
  });
  try {
    await terminal.shows(/channel_0/);
    await sleep(WARM_UP_MS);
    const before = await cpuMicroseconds(terminal, report, 1);
    const started = performance.now();
    await sleep(seconds * 1000);
    const after = await cpuMicroseconds(terminal, report, 2);
    return (after - before) / (performance.now() - started);
  } finally {
    terminal.kill('SIGKILL');
    await terminal.ended;
    rmSync(directory, { recursive: true, force: true });
  }
}

async function cpuMicroseconds(terminal: PseudoTerminal, report: string, line: number): Promise<number> {
  terminal.kill('SIGUSR2');
  for (;;) {
    const lines = readLines(report);
    if (lines.length >= line) return Number(lines[line - 1]);
    await sleep(5);
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

/** Chat at `rate` messages a second: big channels get most of it. */
function feed(api: FakeStreamApi, rate: number, channels: number): () => void {
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
  return () => {
    clearInterval(messages);
    clearInterval(stats);
  };
}
