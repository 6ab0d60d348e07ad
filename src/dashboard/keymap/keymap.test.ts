import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { initialScreen, type ScreenState } from '../model/screen-state.ts';
import { keyLabel } from './key-name.ts';
import { actionFor, activeBindings, keymap } from './keymap.ts';

const screens: readonly ScreenState[] = [
  initialScreen(),
  initialScreen(['id']),
  { ...initialScreen(), isFiltering: true },
  { ...initialScreen(['id']), isHelpShown: true },
];

describe('keymap', () => {
  it('gives every key one meaning in every state of the screen', () => {
    for (const screen of screens) {
      const keys = activeBindings(screen).flatMap((binding) => binding.keys);
      expect(new Set(keys).size).toBe(keys.length);
      for (const binding of activeBindings(screen)) {
        for (const key of binding.keys) expect(actionFor(key, screen)).toBe(binding.action);
      }
    }
  });

  it('always lets the user leave', () => {
    for (const screen of screens) expect(actionFor('ctrl+c', screen)).toBe('interrupt');
    expect(actionFor('q', initialScreen())).toBe('quit');
    const helped = { ...initialScreen(), isHelpShown: true };
    expect(['q', '?', 'escape', 'enter', 's'].map((key) => actionFor(key, helped))).toEqual([
      ...['quit', 'help', 'back', undefined, undefined],
    ]);
  });

  it('is what the documentation says', () => {
    const page = readFileSync(new URL('../../../docs/dashboard.md', import.meta.url), 'utf8');
    const rows = keymap.map(
      ({ keys, help }) => `| ${keys.map((key) => `\`${keyLabel(key)}\``).join(' ')} | ${help} |`,
    );
    for (const row of rows) expect(page).toContain(row);
    expect(page.match(/^\| `.*\|$/gm)).toHaveLength(rows.length);
  });
});
