import type { Report, Result } from './results.ts';

/** `bench/results/README.md`. */
export function resultsPage(reports: readonly Report[]): string {
  return [
    '# Results',
    '',
    'Written by `npm run bench`; `npm run bench -- NAME` measures one anew, `npm run bench -- --page` only writes this page. Medians,',
    'quartiles in brackets; each ratio is ours to a peer measured in the same run, interleaved. Runs of different days may be of machines',
    'of one name and of different speed: ratios can be compared between them, figures alone cannot. docs/performance.md says which ran',
    'where. Below the table is how each was measured; which options the oldest had was not kept. Bars and aims are those of the design,',
    'but for an `own` one, which we set ourselves where the design has none.',
    '',
    resultsTable(reports),
    '',
  ].join('\n');
}

/** The table as Markdown, and of each run its day, commit, machine and command; `npm run bench` prints it too. */
export function resultsTable(reports: readonly Report[]): string {
  const rows = reports.flatMap(({ bench, results }) =>
    results.map((result) => [bench, result.what, ...figures(result)]),
  );
  const header = ['bench', 'what', 'ours', 'peer', 'ratio', 'bar (aim)', 'met'];
  const table = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [...table, '', ...reports.map(provenance)].join('\n');
}

function provenance({ bench, at, commit, machine, args }: Report): string {
  const line = `- ${bench}: ${at.slice(0, 10)}, commit ${commit}, ${machine}`;
  return args === undefined ? line : `${line}, \`${`npm run bench -- ${bench} ${args}`.trim()}\``;
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
      : `${sign} ${short(bar.bar)}${bar.aim === undefined ? '' : ` (${short(bar.aim)})`}${bar.isOwn ? ', own' : ''}`,
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
