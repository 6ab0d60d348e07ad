import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mutants } from './catalogue.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the planted defects', () => {
  it('are many, and no two have one name', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(12);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    '%s has one place in the code, and a test that is there',
    (_, { file, find, replace, test }) => {
      expect(read(file).split(find)).toHaveLength(2);
      expect(replace).not.toBe(find);
      expect(read(test.file)).toContain(test.name);
    },
  );

  it('are the table of docs/reliability.md', () => {
    const rows = read('docs/reliability.md')
      .split('\n')
      .filter((line) => /^\| `[a-z-]+` \|/.test(line));
    expect(rows.sort()).toEqual(
      mutants.map(({ name, what, test }) => `| \`${name}\` | ${what} | ${test.name} |`).sort(),
    );
  });
});
