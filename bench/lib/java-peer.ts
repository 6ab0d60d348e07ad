import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { needJdk } from '../../src/stack/jdk-choice.ts';
import { packagePaths } from '../../src/stack/paths.ts';

/** Runs a Java source file of this folder on a class path. @returns what it printed @throws Error when it fails */
export async function runJavaPeer(
  file: string,
  classPath: readonly string[],
  args: readonly string[],
  heapMb = 1024,
): Promise<string> {
  const java = join(needJdk('processor').home, 'bin', 'java');
  const source = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await execa(java, [
    `-Xmx${heapMb}m`,
    '-XX:+UseSerialGC',
    '-cp',
    classPath.join(delimiter),
    source,
    ...args,
  ]);
  return stdout;
}

/** Jars of published artefacts (`group:name:version`) and all they need, by the same library that `fetch` uses. */
export async function fetchJars(...coordinates: readonly string[]): Promise<string[]> {
  const printed = await runJavaPeer('FetchJars.java', [packagePaths.processorJar], coordinates, 256);
  return printed.trim().split(delimiter);
}

/** The number behind `name` at the beginning of a line. @throws Error when no line begins so */
export function printedNumber(printed: string, name: string): number {
  const found = new RegExp(`^${name} ([\\d.eE+-]+)$`, 'm').exec(printed)?.[1];
  if (found === undefined) throw new Error(`no ${name} in\n${printed}`);
  return Number(found);
}
