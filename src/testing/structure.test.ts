import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** The rules of the layout, read from the imports: a line of code belongs in the room that is its own. */

interface SourceFile {
  /** From `src/`, with forward slashes: `commands/up/handler.ts`. */
  readonly path: string;
  readonly text: string;
  readonly isTest: boolean;
  /** Packages by name; own files by their path from `src/`. */
  readonly imports: readonly string[];
  /** The same without those that import types alone. */
  readonly valueImports: readonly string[];
  /** Of the statements at the top alone, not those that are imported when they are needed. */
  readonly statementImports: readonly string[];
  /** The same without those of types: what is loaded with the file. */
  readonly loads: readonly string[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map(readSource);
const importsOf = new Map(files.map(({ path, statementImports }) => [path, statementImports]));
const loadedBy = new Map(files.map(({ path, loads }) => [path, loads]));
const production = files.filter(({ path, isTest }) => !isTest && !path.startsWith('testing/'));

describe('structure', () => {
  it('reads the sources that it judges', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.find(({ path }) => path === 'main.ts')?.imports).toContain('cli/program.ts');
    expect(files.find(({ path }) => path === 'main.ts')?.imports).toContain('commander');
  });

  it('keeps commands from importing each other', () => {
    const guilty = files.filter(
      ({ path, imports }) =>
        /^commands\/[^/]+\//.test(path) &&
        imports.some((name) => name.startsWith('commands/') && folder(name) !== folder(path)),
    );
    expect(paths(guilty)).toEqual([]);
  });

  it('keeps commands, Ink and colours out of the domain folders', () => {
    const guilty = production.filter(
      ({ path, imports }) =>
        /^(twitch|kafka|cassandra|stack|api|simulator|contract)\//.test(path) &&
        imports.some((name) => name.startsWith('commands/') || ['ink', 'chalk', 'ora'].includes(name)),
    );
    expect(paths(guilty)).toEqual([]);
  });

  it.each([
    ['kafkajs', /^kafka\//],
    ['tmi.js', /^twitch\//],
    ['cassandra-driver', /^cassandra\//],
    ['ink', /^dashboard\//],
    ['react', /^dashboard\//],
    ['chalk', /^output\//],
  ])('lets one folder alone import %s', (name, owner) => {
    const guilty = production.filter(
      ({ path, valueImports }) => valueImports.includes(name) && !owner.test(path),
    );
    expect(paths(guilty)).toEqual([]);
  });

  it('has no file that imports itself in a circle, not even types', () => {
    const inCircle = production.filter(({ path }) => reach(path, importsOf).has(path));
    expect(paths(inCircle)).toEqual([]);
  });

  it('loads what a command needs when it runs: until then no more than any command needs', () => {
    const packages = [...reach('main.ts', loadedBy)].filter((name) => !/\.tsx?$|^node:/.test(name));
    expect(packages.sort()).toEqual(['chalk', 'commander', 'env-paths', 'fastest-levenshtein', 'zod']);
  });

  it('has no barrel files', () => {
    expect(paths(files.filter(({ path }) => /(^|\/)index\.tsx?$/.test(path)))).toEqual([]);
  });

  it('keeps every file within 300 lines', () => {
    expect(paths(files.filter(({ text }) => text.split('\n').length > 301))).toEqual([]);
  });

  it('names files in kebab case, components in Pascal case', () => {
    const good = /^(?:[a-z0-9-]+\/)*(?:[a-z0-9]+(?:[-.][a-z0-9]+)*\.ts|[A-Z]\w*(?:\.test)?\.tsx)$/;
    expect(paths(files.filter(({ path }) => !good.test(path)))).toEqual([]);
  });

  it('never talks past the output module', () => {
    const writers = /^(output\/|dashboard\/session\/|cli\/program\.ts|main\.ts)/;
    const guilty = production.filter(
      ({ path, text }) =>
        /\bconsole\.\w+\(/.test(text) || (/stdout\.write\(/.test(text) && !writers.test(path)),
    );
    expect(paths(guilty)).toEqual([]);
  });

  it('ends the process only in main.ts', () => {
    const guilty = production.filter(({ path, text }) => /process\.exit\(/.test(text) && path !== 'main.ts');
    expect(paths(guilty)).toEqual([]);
  });
});

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const statements = [
    ...text.matchAll(/(?:^|\n)\s*(import|export)\b(\s+type\b)?[^'"`;]*?\bfrom\s+'([^']+)'/g),
  ];
  const loads = statements.filter((match) => match[2] === undefined).map((match) => match[3] ?? '');
  const values = [
    ...loads,
    ...[...text.matchAll(/(?:^|\n)\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    ),
  ];
  const types = statements.filter((match) => match[2] !== undefined).map((match) => match[3] ?? '');
  return {
    path,
    text,
    isTest: /\.test\.tsx?$/.test(path),
    imports: [...values, ...types].map((name) => resolved(path, name)),
    valueImports: values.map((name) => resolved(path, name)),
    statementImports: statements.map((match) => resolved(path, match[3] ?? '')),
    loads: loads.map((name) => resolved(path, name)),
  };
}

function resolved(importer: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(root, resolve(root, dirname(importer), specifier));
}

/** All that one imports by these edges, and what that imports. */
function reach(
  path: string,
  edges: ReadonlyMap<string, readonly string[]>,
  seen = new Set<string>(),
): Set<string> {
  for (const name of edges.get(path) ?? []) {
    if (seen.has(name)) continue;
    seen.add(name);
    reach(name, edges, seen);
  }
  return seen;
}

/** `commands/up` of `commands/up/flows/background.ts`. */
function folder(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function paths(guilty: readonly SourceFile[]): string[] {
  return guilty.map(({ path }) => path);
}
