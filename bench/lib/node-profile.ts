import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type Shares, sharesOf } from './shares.ts';

/** What every Node process that is to be profiled needs in its environment. */
export function profiledNode(directory: string): Record<string, string> {
  const preload = fileURLToPath(new URL('profile-on-signal.ts', import.meta.url));
  return {
    NODE_OPTIONS: `--import ${import.meta.resolve('tsx')} --import ${pathToFileURL(preload)}`,
    PROFILE_DIR: directory,
  };
}

const profileSchema = z.object({
  nodes: z.array(
    z.object({ id: z.number(), callFrame: z.object({ functionName: z.string(), url: z.string() }) }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Begins or ends the profile of a process that runs with `profiledNode`. */
export function toggleNodeProfile(pid: number): void {
  process.kill(pid, 'SIGUSR2');
}

/** Where the CPU time of its main thread went: our own files, packages, Node itself, the garbage collector. */
export async function readNodeProfile(directory: string, pid: number): Promise<Shares> {
  const file = join(directory, `${pid}.cpuprofile`);
  for (const deadline = Date.now() + 30_000; !existsSync(file); await sleep(100))
    if (Date.now() > deadline) throw new Error(`process ${pid} wrote no profile`);
  const { nodes, samples, timeDeltas } = profileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const micros = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const place = places.get(id) ?? '';
    if (place !== '(idle)') micros.set(place, (micros.get(place) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return sharesOf(micros);
}

function placeOf({ functionName, url }: { readonly functionName: string; readonly url: string }): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'V8';
  if (url.startsWith('node:')) return 'Node';
  const path = fileURLToPath(url);
  const [, ofPackage] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  const [, ofOurs] = /\/(?:dist|src)\/(.*)\.[jt]s$/.exec(path) ?? [];
  return ofPackage ?? (ofOurs === undefined ? path : `src/${ofOurs}`);
}
