import { describe, expect, it } from 'vitest';
import { actionOf } from './keys.js';

const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe('actionOf', () => {
  it('knows the keys of the help', () => {
    expect(['?', '/', 'j', 'k', 'p', 'Escape'].map((key) => actionOf(press(key), false))).toEqual([
      ...['help', 'filter', 'next', 'previous', 'pause', 'back'],
    ]);
  });

  it('leaves typing, combinations and everything else alone', () => {
    expect(actionOf(press('j'), true)).toBeUndefined();
    expect(actionOf(press('Escape'), true)).toBe('back');
    expect(actionOf(press('k', { ctrlKey: true }), false)).toBeUndefined();
    expect(actionOf(press('constructor'), false)).toBeUndefined();
  });
});
