import type { Key } from 'ink';

/** The name of a key press as the keymap writes it: `q`, `?`, `ctrl+c`, `up`, `enter`, `space`; undefined for others. */
export function keyName(input: string, key: Key): string | undefined {
  if (key.ctrl) return `ctrl+${input}`;
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  if (key.backspace || key.delete) return 'backspace';
  if (input === ' ') return 'space';
  return input.length === 1 && !key.meta ? input : undefined;
}

const labels: Readonly<Record<string, readonly [string, string]>> = {
  up: ['↑', 'Up'],
  down: ['↓', 'Down'],
  left: ['←', 'Left'],
  right: ['→', 'Right'],
  enter: ['Enter', 'Enter'],
  escape: ['Esc', 'Esc'],
  pageup: ['PgUp', 'PgUp'],
  pagedown: ['PgDn', 'PgDn'],
  space: ['Space', 'Space'],
  'ctrl+c': ['Ctrl-C', 'Ctrl-C'],
};

/** How a person reads a key's name; arrows in words where only ASCII is shown. */
export function keyLabel(name: string, ascii = false): string {
  return labels[name]?.[ascii ? 1 : 0] ?? name;
}
