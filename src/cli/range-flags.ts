import { z } from 'zod';
import type { OptionDefinition } from './command.ts';

const asTyped = z.string().optional();

/** What {@link rangeFlags} give, for the schemas of the commands that take some of them. */
export const rangeFields = {
  since: asTyped,
  last: asTyped,
  from: asTyped,
  to: asTyped,
  tz: asTyped,
} as const;

/** The flags that `parseTimeRange` reads, for the commands that take them. */
export const rangeFlags = {
  since: { flags: '--since <time>', description: 'from then on: 5m, 2h, yesterday, 2026-11-01T10:00' },
  last: { flags: '--last <duration>', description: 'the last 30m, 2h, 1d' },
  from: { flags: '--from <time>', description: 'from then on, inclusive: 2026-11-01T10:00, yesterday, -2h' },
  to: { flags: '--to <time>', description: 'up to then, exclusive' },
  timeZone: {
    flags: '--tz <zone>',
    description: 'zone of times typed and shown (default: the machine’s own)',
  },
} as const satisfies Record<string, OptionDefinition>;
