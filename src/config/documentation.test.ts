import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type SettingName, type Settings, settingNames, settingsSchema } from './settings.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| `([A-Z_]+)` \| (.+?) \|/gm)].map(([, name = '', shown = '']) => [name, shown]),
);

it('documents every setting, and none that is not there', () => {
  expect([...rows.keys()].sort()).toEqual([...settingNames].sort());
});

it('documents the defaults that are', () => {
  const defaults = settingsSchema.parse({});
  for (const name of settingNames) {
    const written = /^`(.+)`$/.exec(rows.get(name) ?? '')?.[1];
    // TWITCHSTATS_API_URL follows PORT; its documented default is a pattern.
    if (written !== undefined && name !== 'TWITCHSTATS_API_URL')
      expect(`${name}=${text(defaults[name])}`).toBe(`${name}=${written}`);
  }
});

function text(value: Settings[SettingName]): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
