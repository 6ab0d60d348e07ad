import type { ScreenState } from '../model/screen-state.ts';
import type { ActionName } from './action-name.ts';

/** Where a key works: in every view, in one of them, or while the filter is typed. */
export type KeyContext = 'any' | 'all' | 'one' | 'filtering';

export interface KeyBinding {
  readonly action: ActionName;
  /** The names that {@link keyName} gives. */
  readonly keys: readonly string[];
  readonly contexts: readonly KeyContext[];
  /** One word for the footer; keys without one are in the overlay only. */
  readonly short?: string;
  /** A line for the overlay and the documentation. */
  readonly help: string;
}

/** Every key of the dashboard: the handler, the footer, the `?` overlay and `docs/dashboard.md` are made of this. */
export const keymap: readonly KeyBinding[] = [
  { action: 'quit', keys: ['q'], contexts: ['any'], short: 'quit', help: 'leave the dashboard' },
  {
    action: 'interrupt',
    keys: ['ctrl+c'],
    contexts: ['any', 'filtering'],
    help: 'leave, with exit code 130',
  },
  { action: 'help', keys: ['?'], contexts: ['any'], short: 'help', help: 'show or hide these keys' },
  {
    action: 'open',
    keys: ['enter', 'right'],
    contexts: ['all'],
    short: 'open',
    help: 'open the selected channel',
  },
  {
    action: 'filter',
    keys: ['/'],
    contexts: ['all'],
    short: 'filter',
    help: 'show only names that contain a text',
  },
  {
    action: 'acceptFilter',
    keys: ['enter'],
    contexts: ['filtering'],
    short: 'keep',
    help: 'keep the filter',
  },
  {
    action: 'sort',
    keys: ['s'],
    contexts: ['all'],
    short: 'sort',
    help: 'sort by count, rate, name or freshness',
  },
  {
    action: 'pause',
    keys: ['p', 'space'],
    contexts: ['any'],
    short: 'pause',
    help: 'hold the screen still, or let it go on',
  },
  { action: 'up', keys: ['up', 'k'], contexts: ['any'], help: 'the channel above' },
  { action: 'down', keys: ['down', 'j'], contexts: ['any'], help: 'the channel below' },
  { action: 'pageUp', keys: ['pageup'], contexts: ['all'], help: 'a page up' },
  { action: 'pageDown', keys: ['pagedown'], contexts: ['all'], help: 'a page down' },
  {
    action: 'olderWindow',
    keys: ['['],
    contexts: ['one'],
    short: 'older',
    help: 'the window before this one',
  },
  {
    action: 'newerWindow',
    keys: [']'],
    contexts: ['one'],
    short: 'newer',
    help: 'the window after this one',
  },
  {
    action: 'back',
    keys: ['escape', 'left'],
    contexts: ['any', 'filtering'],
    short: 'back',
    help: 'back: close the overlay, the channel or the filter',
  },
];

const withHelp: ReadonlySet<ActionName> = new Set(['help', 'back', 'quit', 'interrupt']);

/** The action of a key in the present state of the screen. */
export function actionFor(key: string, screen: ScreenState): ActionName | undefined {
  return keymap.find((binding) => binding.keys.includes(key) && isActive(binding, screen))?.action;
}

/** The bindings that do something now, in the order of the table. */
export function activeBindings(screen: ScreenState): KeyBinding[] {
  return keymap.filter((binding) => isActive(binding, screen));
}

function isActive({ action, contexts }: KeyBinding, screen: ScreenState): boolean {
  // Nothing is to happen behind the overlay, unseen.
  if (screen.isHelpShown && !withHelp.has(action)) return false;
  if (screen.isFiltering) return contexts.includes('filtering');
  return contexts.includes('any') || contexts.includes(screen.view);
}
