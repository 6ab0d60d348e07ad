/**
 * `npm run soak -- [name…] [--seed N] [--messages N] [--faults N] [--rate N]`: long runs under fire. Each is a file in
 * `soak/` whose default export takes the options and says whether its books closed. Each that fails names its seed, 1 by
 * default, which replays it.
 */
import { readdirSync } from 'node:fs';
import { inspect, parseArgs } from 'node:util';
import { positiveInteger, refuseArguments, usageOf } from './script-usage.ts';

export interface SoakOptions {
  readonly seed: number | undefined;
  readonly messages: number | undefined;
  readonly faults: number | undefined;
  readonly rate: number | undefined;
  readonly report: (line: string) => void;
  /** Aborted when the run is to end before its time. */
  readonly signal: AbortSignal;
}

/** True when the books closed. */
export type Soak = (options: SoakOptions) => Promise<boolean>;

const names = readdirSync(new URL('soak/', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const { values, numbers, positionals } = readArguments();
if (values.help) {
  process.stdout.write(`${usageOf(new URL(import.meta.url))}\nThere are: ${names.join(', ')}.\n`);
  process.exit(0);
}
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`unknown soak: ${unknown.join(', ')} (there are: ${names.join(', ')})\n`);
  process.exit(2);
}
const startedAt = Date.now();
const stopped = new AbortController();
// What a soak has started is in groups of its own, which Ctrl-C does not reach: it is stopped in order.
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    options.report(`${name}: stopping what was started`);
    stopped.abort();
  });
}
const options: SoakOptions = {
  ...numbers,
  report: (line) =>
    process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${line}\n`),
  signal: stopped.signal,
};
let closed = true;
for (const name of positionals.length > 0 ? positionals : names) {
  options.report(`soak ${name}`);
  const soak: { default: Soak } = await import(`./soak/${name}.ts`);
  try {
    if (await soak.default(options)) continue;
  } catch (error) {
    if (stopped.signal.aborted) {
      options.report('stopped before its time: its books say nothing');
      process.exit(1);
    }
    options.report(inspect(error));
  }
  closed = false;
  options.report(`${name} failed: repeat it with the same flags and --seed ${options.seed ?? 1}`);
}
process.exit(closed ? 0 : 1);

function readArguments() {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seed: text,
        messages: text,
        faults: text,
        rate: text,
        help: { type: 'boolean', default: false },
      },
    });
    // A number that is none would pass for a run without faults.
    const number = (name: 'seed' | 'messages' | 'faults' | 'rate') => {
      const value = values[name];
      return value === undefined ? undefined : positiveInteger(name, value);
    };
    const numbers = {
      seed: number('seed'),
      messages: number('messages'),
      faults: number('faults'),
      rate: number('rate'),
    };
    return { values, numbers, positionals };
  } catch (error) {
    return refuseArguments(error);
  }
}
