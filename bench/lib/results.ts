import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { resultsPage } from './results-page.ts';

const spreadSchema = z.object({ median: z.number(), low: z.number(), high: z.number(), samples: z.number() });

const resultSchema = z.object({
  what: z.string(),
  unit: z.string(),
  ours: spreadSchema,
  /** What was measured beside it, in the same run. */
  peer: z.object({ name: z.string(), figure: spreadSchema }).optional(),
  /** What is asked: of the ratio where there is a peer, of our figure where there is none. */
  bar: z
    .object({
      is: z.enum(['at least', 'at most']),
      bar: z.number(),
      aim: z.number().optional(),
      /** Set by ourselves: DESIGN has none for it. The others are DESIGN's. */
      isOwn: z.boolean().optional(),
    })
    .optional(),
});

const reportSchema = z.object({
  bench: z.string(),
  at: z.iso.datetime(),
  commit: z.string(),
  machine: z.string(),
  /** The options it was run with, as one types them. Of the oldest reports nobody knows. */
  args: z.string().optional(),
  results: z.array(resultSchema),
});

/** One measured thing, with medians and quartiles. */
export type Result = z.infer<typeof resultSchema>;
/** A run of a benchmark. */
export type Report = z.infer<typeof reportSchema>;

const directory = fileURLToPath(new URL('../results/', import.meta.url));
/** Has all that is kept, and nothing else. */
export const resultsPageFile = `${directory}README.md`;

/** Writes `bench/results/<bench>.json`, and the page of all of them anew. */
export function keepReport(report: Report): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${directory}${report.bench}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeResultsPage();
}

export function writeResultsPage(): void {
  writeFileSync(resultsPageFile, resultsPage(keptReports()));
}

/** By name. */
export function keptReports(): Report[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => reportSchema.parse(JSON.parse(readFileSync(`${directory}${file}`, 'utf8'))));
}
