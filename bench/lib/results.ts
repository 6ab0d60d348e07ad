import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { needJdk } from '../../src/stack/jdk-choice.ts';

const spreadSchema = z.object({ median: z.number(), low: z.number(), high: z.number(), samples: z.number() });

const resultSchema = z.object({
  what: z.string(),
  unit: z.string(),
  ours: spreadSchema,
  /** What was measured beside it, in the same run. */
  peer: z.object({ name: z.string(), figure: spreadSchema }).optional(),
  /** What DESIGN asks: of the ratio where there is a peer, of our figure where there is none. */
  bar: z
    .object({ is: z.enum(['at least', 'at most']), bar: z.number(), aim: z.number().optional() })
    .optional(),
});

const reportSchema = z.object({
  bench: z.string(),
  at: z.iso.datetime(),
  commit: z.string(),
  machine: z.string(),
  results: z.array(resultSchema),
});

/** One measured thing, with medians and quartiles. */
export type Result = z.infer<typeof resultSchema>;
type Report = z.infer<typeof reportSchema>;

const directory = fileURLToPath(new URL('../results/', import.meta.url));

/** Writes `bench/results/<bench>.json`, and the table of all of them anew. */
export function keepResults(bench: string, results: readonly Result[]): void {
  if (results.length === 0) return;
  mkdirSync(directory, { recursive: true });
  const report: Report = {
    bench,
    at: new Date().toISOString(),
    commit: commit(),
    machine: machine(),
    results: [...results],
  };
  writeFileSync(`${directory}${bench}.json`, `${JSON.stringify(report, null, 2)}\n`);
  const reports = readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => reportSchema.parse(JSON.parse(readFileSync(`${directory}${file}`, 'utf8'))));
  writeFileSync(`${directory}README.md`, resultsPage(reports));
}

/** The table as Markdown; `npm run bench` prints it too. */
export function resultsTable(reports: readonly Pick<Report, 'bench' | 'results'>[]): string {
  const rows = reports.flatMap(({ bench, results }) =>
    results.map((result) => [bench, result.what, ...figures(result)]),
  );
  const header = ['bench', 'what', 'ours', 'peer', 'ratio', 'bar (aim)', 'met'];
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function figures({ unit, ours, peer, bar }: Result): string[] {
  const ratio = peer === undefined ? undefined : ours.median / peer.figure.median;
  const judged = ratio ?? ours.median;
  const sign = bar?.is === 'at most' ? '≤' : '≥';
  const isMet = bar === undefined ? '' : reaches(judged, bar.is, bar.bar) ? 'yes' : '**no**';
  return [
    `${spelt(ours)} ${unit}`,
    peer === undefined ? '' : `${peer.name}: ${spelt(peer.figure)} ${unit}`,
    ratio === undefined ? '' : short(ratio),
    bar === undefined
      ? ''
      : `${sign} ${short(bar.bar)}${bar.aim === undefined ? '' : ` (${short(bar.aim)})`}`,
    isMet,
  ];
}

function reaches(figure: number, is: 'at least' | 'at most', bar: number): boolean {
  return is === 'at least' ? figure >= bar : figure <= bar;
}

/** Median and quartiles; a single sample has none. */
function spelt({ median, low, high, samples }: Result['ours']): string {
  return samples < 2 ? short(median) : `${short(median)} (${short(low)}–${short(high)})`;
}

/** Three digits that matter, thousands set apart. */
function short(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

function resultsPage(reports: readonly Report[]): string {
  const runs = reports.map(
    ({ bench, at, commit: of, machine: on }) => `- ${bench}: ${at.slice(0, 10)}, commit ${of}, ${on}`,
  );
  return [
    '# Results',
    '',
    'Written by `npm run bench`; `npm run bench -- NAME` measures one anew. Medians, quartiles in brackets; each ratio is ours to a',
    'peer measured in the same run, interleaved. Runs of different days may be of machines of one name and of different speed: ratios',
    'can be compared between them, figures alone cannot. docs/performance.md says which ran where.',
    '',
    resultsTable(reports),
    '',
    ...runs,
    '',
  ].join('\n');
}

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', cwd: directory }).trim();
  const isDirty = git('status', '--porcelain', '--untracked-files=no', '--', ':/', ':!/bench/results') !== '';
  return `${git('rev-parse', '--short', 'HEAD')}${isDirty ? ' with changes' : ''}`;
}

function machine(): string {
  const [cpu] = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  const hardware = `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${gib} GiB`;
  return [hardware, `Node ${process.versions.node}`, `JDK ${jdkVersion()}`, ...serverVersions()].join(', ');
}

/** `17.0.15`, out of the file that every JDK has. */
function jdkVersion(): string {
  const release = readFileSync(join(needJdk('cassandra').home, 'release'), 'utf8');
  return /^JAVA_VERSION="(.*)"$/m.exec(release)?.[1] ?? 'unknown';
}

/** As the launcher asks for them. */
function serverVersions(): string[] {
  const launcher = readFileSync(
    new URL('../../processor/src/main/java/twitchstats/launcher/ClassPaths.java', import.meta.url),
    'utf8',
  );
  const version = (artefact: string) =>
    new RegExp(`"${artefact}", "([^"]+)"`).exec(launcher)?.[1] ?? 'unknown';
  return [`Kafka ${version('kafka_2.13')}`, `Cassandra ${version('cassandra-all')}`];
}
