import { readdirSync } from 'node:fs';

/** What lies in a directory, in order; nothing where there is none that can be read. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
