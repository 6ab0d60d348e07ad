import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { DCLinter } from 'dclint';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { composeDirectory, composeFiles, readYaml } from './compose-file.ts';

/** The published Compose schema, as the linter carries it. Its `$schema` is an address that no validator knows. */
const dclint = dirname(createRequire(import.meta.url).resolve('dclint/package.json'));
const { $schema: _, ...schema } = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(readFileSync(join(dclint, 'schemas', 'compose.schema.json'), 'utf8')));
const isCompose = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);

/** Order and quotes are matters of taste; an image with a name and a recipe is what we want. */
const taste = [
  'no-build-and-image',
  'no-quotes-in-volumes',
  'require-quotes-in-ports',
  'service-dependencies-alphabetical-order',
  'service-keys-order',
  'services-alphabetical-order',
  'top-level-properties-order',
];

describe('compose files', () => {
  it.each(composeFiles)('%s is valid by the published Compose schema', (name) => {
    isCompose(readYaml(`compose/${name}`));
    expect(isCompose.errors ?? []).toEqual([]);
  });

  it('would be refused with a misspelt key', () => {
    expect(isCompose({ services: { kafka: { image: 'kafka', health_check: {} } } })).toBe(false);
    expect(
      isCompose({ services: { kafka: { image: 'kafka', depends_on: { a: { condition: 'up' } } } } }),
    ).toBe(false);
  });

  it('pass the linter', () => {
    const linter = new DCLinter({
      rules: Object.fromEntries(taste.map((rule) => [rule, 0 as const])),
      quiet: false,
      debug: false,
      exclude: [],
    });
    const paths = composeFiles.map((name) => join(composeDirectory, name));
    const results = linter.lintFiles(paths, false);
    expect(results).toHaveLength(composeFiles.length);
    expect(results.flatMap(({ messages }) => messages)).toEqual([]);
  });
});
