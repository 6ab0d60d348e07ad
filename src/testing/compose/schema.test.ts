import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { composeFiles, readYaml } from './compose-file.ts';

/** The published Compose schema, as dclint carries it. Its `$schema` is an address that no validator knows. */
const dclint = dirname(createRequire(import.meta.url).resolve('dclint/package.json'));
const { $schema: _, ...schema } = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(readFileSync(join(dclint, 'schemas', 'compose.schema.json'), 'utf8')));
const isCompose = new Ajv({ strict: false, validateFormats: false }).compile(schema);

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
});
