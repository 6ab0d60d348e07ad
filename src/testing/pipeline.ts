import { inject, onTestFinished } from 'vitest';
import { bootstrap, bootstrapTopics } from '../bootstrap/bootstrap.ts';
import type { SettingName, Settings } from '../config/settings.ts';
import { dropAll, dropTopics, ownSettings } from './own-settings.ts';

/** {@link ownSettings} at the servers of this run. */
export function testSettings(overrides: Partial<Record<SettingName, unknown>> = {}): Settings {
  return ownSettings(
    { kafkaBrokers: inject('kafkaBrokers'), cassandraHosts: inject('cassandraHosts') },
    overrides,
  );
}

/** {@link testSettings} whose topics and tables exist; dropped when the test has finished. */
export async function bootstrappedSettings(
  overrides: Partial<Record<SettingName, unknown>> = {},
): Promise<Settings> {
  const settings = testSettings(overrides);
  await bootstrap(settings);
  onTestFinished(() => dropAll(settings));
  return settings;
}

/** {@link testSettings} whose topics exist and whose tables do not, which is quicker; dropped when the test has finished. */
export async function bootstrappedTopics(
  overrides: Partial<Record<SettingName, unknown>> = {},
): Promise<Settings> {
  const settings = testSettings(overrides);
  await bootstrapTopics(settings);
  onTestFinished(() => dropTopics(settings));
  return settings;
}
