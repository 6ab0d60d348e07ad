import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagePaths } from '../../stack/paths.ts';
import { composeArguments } from './compose.ts';

const { composeFile: file, composeDemo } = packagePaths;

describe('up --infra compose', () => {
  it('names files that are there', () => {
    expect([file, composeDemo].filter((path) => !existsSync(path))).toEqual([]);
  });

  it('types what docs/compose.md says', () => {
    const wait = ['up', '--detach', '--wait', '--wait-timeout', '120'];
    expect(composeArguments({ demo: true, detach: true, timeout: 120 }, [])).toEqual([
      ...['compose', '-f', file, '--env-file', composeDemo],
      ...wait,
    ]);
    expect(composeArguments({ demo: false, detach: false, timeout: 120 }, ['forsen'])).toEqual([
      ...['compose', '-f', file, '--profile', 'live', 'up'],
    ]);
    expect(composeArguments({ demo: false, detach: false, timeout: 1 }, [])).toEqual([
      'compose',
      '-f',
      file,
      'up',
    ]);
  });
});
