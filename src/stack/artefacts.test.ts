import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { resolveClassPaths } from './artefacts.ts';

it('says which jar is missing, and how it is built', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-artefacts-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const jar = join(directory, 'processor.jar');
  const jdk = { home: directory, version: 17, compiles: false, foundBy: 'PATH' };
  await expect(resolveClassPaths({ jdk, jar, cacheDir: directory })).rejects.toMatchObject({
    code: 'PROCESSOR_NOT_BUILT',
    message: 'The processor’s jar is not there',
    detail: jar,
    hint: 'Build it with `npm run build` in the clone.',
  });
});
