import { afterAll, beforeAll } from 'vitest';
import { bootstrap } from '../bootstrap/bootstrap.ts';
import type { Settings } from '../config/settings.ts';
import { settingsEnv } from '../stack/settings-env.ts';
import { dropAll } from './own-settings.ts';
import { testSettings } from './pipeline.ts';
import { createShell, type Shell } from './shell.ts';

export interface SharedPipeline {
  readonly settings: Settings;
  /** What a command needs to find it. */
  readonly env: Record<string, string>;
  readonly shell: Shell;
}

/**
 * Topics, tables and a directory that all tests of a suite share, filled once by `fill`; dropped after the last test.
 * To be called in `describe`; its fields are there from the first test on.
 */
export function sharedPipeline(fill: (settings: Settings) => Promise<void>): SharedPipeline {
  const settings = testSettings();
  const env = settingsEnv(settings);
  let shell: Shell | undefined;

  beforeAll(async () => {
    shell = await createShell(env);
    await bootstrap(settings);
    await fill(settings);
  });

  afterAll(async () => {
    await shell?.dispose();
    await dropAll(settings);
  });

  return {
    settings,
    env,
    get shell() {
      if (shell === undefined) throw new Error('the first test has not begun');
      return shell;
    },
  };
}
