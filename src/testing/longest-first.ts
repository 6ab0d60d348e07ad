import { BaseSequencer } from 'vitest/node';

/**
 * Runs of the ledger take minutes: begun last, they would leave the other workers without work. A machine that has
 * run the tests before knows how long each took; a fresh clone goes by file size, and these files are small.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(...[files]: Parameters<BaseSequencer['sort']>): ReturnType<BaseSequencer['sort']> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: (typeof files)[number]) => moduleId.includes('/src/testing/ledger/');
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
