/**
 * `npm run bench -- simulate [--rounds 3] [--lines 200000] [--rate 25000] [--sockets 4]`: how many lines a second
 * `simulate` keeps up with, over one and over several sockets, and the CPU time that a line takes: against a bare `net`
 * server that writes one buffer of lines, made beforehand, as fast as it is taken.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { interleave } from './lib/compare.ts';
import { runLines } from './lib/line-process.ts';
import type { Result } from './lib/results.ts';
import { spread } from './lib/statistics.ts';

const CHANNELS = 50;

interface Figures {
  readonly linesPerSecond: number[];
  readonly cpuMicros: number[];
}

export default async function benchSimulate(args: string[]): Promise<Result[]> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      rounds: { ...text, default: '3' },
      lines: { ...text, default: '200000' },
      rate: { ...text, default: '25000' },
      sockets: { ...text, default: '4' },
    },
  });
  const several = Number(values.sockets);
  const contenders = [
    { name: 'simulate, one socket', kind: 'ours', sockets: 1 },
    { name: `simulate, ${several} sockets`, kind: 'ours', sockets: several },
    { name: 'bare net server, one socket', kind: 'bare', sockets: 1 },
  ].map((contender) => ({ ...contender, figures: { linesPerSecond: [], cpuMicros: [] } as Figures }));
  await interleave(
    contenders.map(({ name, kind, sockets, figures }) => ({
      name,
      run: () => play(kind, sockets, values.rate, values.lines, figures),
    })),
    Number(values.rounds),
    say,
  );
  const measured = contenders.map(({ name, figures }) => ({
    name,
    // The first is the unmeasured round.
    rate: spread(figures.linesPerSecond.slice(1)),
    cpu: spread(figures.cpuMicros.slice(1)),
  }));
  for (const { name, rate, cpu } of measured) {
    const [median, low, high] = [rate.median, rate.low, rate.high].map(Math.round);
    say(`${name}: ${median} lines/s (quartiles ${low}–${high}), ${cpu.median.toFixed(1)} µs of CPU a line`);
  }
  const [one, many, bare] = measured;
  if (one === undefined || many === undefined || bare === undefined) return [];
  say(`asked for: ${values.rate} lines/s (bar: 20000 kept up, over one socket and over several)`);
  const peer = { name: bare.name, figure: bare.cpu };
  return [one, many].map(({ name, cpu }) => ({
    what: `CPU of a line, ${name}`,
    unit: 'µs',
    ours: cpu,
    peer,
  }));
}

/** @returns lines a second that the client got */
async function play(
  kind: string,
  sockets: number,
  rate: string,
  lines: string,
  figures: Figures,
): Promise<number> {
  const source = runLines('simulate-source.ts', [kind, rate, lines, String(CHANNELS)]);
  try {
    const { url, channels } = JSON.parse(await source.line());
    const counter = execa(
      process.execPath,
      ['--import', 'tsx', script('line-counter.ts'), url, String(sockets), channels.join(',')],
      { input: undefined, stdin: 'pipe', stderr: 'inherit' },
    );
    const { made, seconds, cpuMicros } = JSON.parse(await source.line());
    // What is on its way arrives before the end of a stream does.
    await new Promise((resolve) => setTimeout(resolve, 500));
    counter.stdin?.end();
    const got = Number((await counter).stdout);
    if (got < Number(lines)) throw new Error(`${made} lines were sent, and ${got} arrived`);
    figures.linesPerSecond.push(made / seconds);
    figures.cpuMicros.push(cpuMicros / made);
    return made / seconds;
  } finally {
    await source.end();
  }
}

const script = (name: string) => fileURLToPath(new URL(`lib/${name}`, import.meta.url));

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
