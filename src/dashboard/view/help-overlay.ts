import { keyLabel } from '../keymap/key-name.ts';
import { keymap } from '../keymap/keymap.ts';
import type { FrameProps } from './frame-props.ts';
import { cell, type Line, span } from './line.ts';

const KEYS_WIDTH = 14;

/** Every key with what it does, made of the keymap; says how many there is no room for. */
export function helpOverlay({ columns, ascii }: FrameProps, room: number): Line[] {
  const lines = keymap.map(({ keys, help, contexts }) => {
    const where = contexts.includes('any')
      ? ''
      : contexts.includes('one')
        ? ' (one channel)'
        : contexts.includes('all')
          ? ''
          : ' (typing a filter)';
    return [
      cell(keys.map((key) => keyLabel(key, ascii)).join(' '), KEYS_WIDTH, { style: 'strong' }),
      cell(`${help}${where}`, Math.max(0, columns - KEYS_WIDTH)),
    ];
  });
  const all: Line[] = [[span('Keys', 'title')], ...lines];
  if (all.length <= room) return all;
  const shown = Math.max(0, room - 1);
  return [...all.slice(0, shown), [span(`and ${all.length - shown} more in a taller window`, 'dim')]];
}
