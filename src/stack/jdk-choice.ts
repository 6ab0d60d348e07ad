import { AppError } from '../contract/errors.ts';
import { chooseJdk, findJdks, type Jdk, type JdkPurpose, jdkNeeds } from './jdk.ts';

/** @throws AppError JDK_MISSING saying what is needed and what was found */
export function needJdk(purpose: JdkPurpose, jdks: readonly Jdk[] = findJdks()): Jdk {
  const chosen = chooseJdk(purpose, jdks);
  if (chosen !== undefined) return chosen;
  const found = jdks.map(({ version, home }) => `${version} in ${home}`).join(', ');
  throw new AppError('JDK_MISSING', 'No fitting JDK was found', {
    detail: `${jdkNeeds[purpose]}. Found: ${found === '' ? 'none' : found}.`,
  });
}
