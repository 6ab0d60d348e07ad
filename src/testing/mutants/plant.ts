import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutant.ts';

/** A copy of the tree, as it is now, in which defects can be planted. */
export interface Field {
  readonly directory: string;
  /** Puts the defect in; gives what takes it out again. @throws Error when its place is not there exactly once */
  plant(mutant: Pick<Mutant, 'file' | 'find' | 'replace'>): () => void;
}

/** Copies what Git knows of and what is new, with the build of the processor, to `directory`; the packages are linked. */
export function copyTree(root: string, directory: string): Field {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  // The jar, for tests that only run it. Not what the compiler noted: its paths are those of the tree.
  const built = ['twitchstats-processor.jar', 'sources.sha256', 'class-paths'].map(
    (name) => `processor/target/${name}`,
  );
  for (const path of [...listed.split('\0'), ...built]) {
    if (path === '' || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    cpSync(join(root, path), join(directory, path), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  return {
    directory,
    plant({ file, find, replace }) {
      const path = join(directory, file);
      const sound = readFileSync(path, 'utf8');
      const parts = sound.split(find);
      if (parts.length !== 2) {
        throw new Error(`${file}: what the defect replaces stands there ${parts.length - 1} times, not once`);
      }
      writeFileSync(path, parts.join(replace));
      return () => writeFileSync(path, sound);
    },
  };
}
