/** What a key can do in the dashboard. */
export type ActionName =
  | 'quit'
  | 'interrupt'
  | 'help'
  | 'filter'
  | 'acceptFilter'
  | 'sort'
  | 'pause'
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'open'
  | 'back'
  | 'olderWindow'
  | 'newerWindow';
