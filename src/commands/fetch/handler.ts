import { statSync } from 'node:fs';
import type { HandlerInput } from '../../cli/command.ts';
import { artefactNames, resolveClassPaths } from '../../stack/artefacts.ts';
import { showFetch } from '../../stack/fetch-words.ts';
import { needJdk } from '../../stack/jdk-choice.ts';
import { homePaths } from '../../stack/paths.ts';

/** @throws AppError JDK_MISSING, PROCESSOR_NOT_BUILT, ARTEFACTS_MISSING */
export async function runFetch({ options, global, output, signal }: HandlerInput<{ check: boolean }>) {
  const classPaths = await resolveClassPaths({
    jdk: needJdk('processor'),
    cacheDir: homePaths(global.home).cache,
    offline: options.check,
    signal,
    onProgress: options.check ? () => undefined : showFetch(output),
  });
  const artefacts = artefactNames.map((name) => {
    const entries = classPaths[name];
    const bytes = entries.reduce((sum, entry) => sum + statSync(entry).size, 0);
    return { name, jars: entries.length, bytes };
  });
  output.outcome({ artefacts });
  for (const { name, jars, bytes } of artefacts)
    output.note(`${name.padEnd(10)} ${jars} jars, ${(bytes / 1_000_000).toFixed(0)} MB`);
  output.note('Everything is at hand: `twitchstats up` needs no network.');
  return undefined;
}
