import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

/** docs/dependencies.md names every dependency with its licence, and none that is not there. */

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const names = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies: names, devDependencies: names })
  .parse(JSON.parse(read('package.json')));
const page = read('docs/dependencies.md');
const [packages = '', processor = '', , development = ''] = page.split(/^## /m).slice(1);

describe('docs/dependencies.md', () => {
  it('names the packages that are installed, with their licences', () => {
    expect(licencesIn(packages)).toEqual(licencesOf(manifest.dependencies));
  });

  it('names the packages of development, with their licences', () => {
    expect(licencesIn(development)).toEqual(licencesOf(manifest.devDependencies));
  });

  it('names the artefacts of the processor', () => {
    const [, dependencies = ''] =
      /<\/dependencyManagement>([\s\S]*)<build>/.exec(read('processor/pom.xml')) ?? [];
    const withoutExclusions = dependencies.replaceAll(/<exclusions>[\s\S]*?<\/exclusions>/g, '');
    const artefacts = [...withoutExclusions.matchAll(/<artifactId>([^<]+)</g)].map(([, name]) => name);
    expect(artefacts.length).toBeGreaterThan(8);
    expect(artefacts.filter((name) => !processor.includes(`\`${name}\``))).toEqual([]);
  });
});

/** By name, from rows such as "| `a`, `b` | MIT | why |". */
function licencesIn(section: string): Record<string, string> {
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return Object.fromEntries(
    rows.flatMap((row) => {
      const [cell = '', licence = ''] = row.split('|').slice(1);
      return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => [name, licence.trim()]);
    }),
  );
}

function licencesOf(dependencies: Record<string, string>): Record<string, string> {
  const licence = z.object({ license: z.string() });
  return Object.fromEntries(
    Object.keys(dependencies).map((name) => [
      name,
      licence.parse(JSON.parse(read(`node_modules/${name}/package.json`))).license,
    ]),
  );
}
