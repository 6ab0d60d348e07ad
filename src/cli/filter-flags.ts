import type { OptionDefinition } from './command.ts';

/** The flags that `messageFilter` reads, for the commands that take them. */
export const filterFlags = {
  user: {
    flags: '--user <name>',
    description: 'only of this user, by name or id (repeatable)',
    repeatable: true,
  },
  match: {
    flags: '--match <regex>',
    description: "only texts that match; RE2 syntax, '(?i)' at its start ignores case",
  },
} as const satisfies Record<string, OptionDefinition>;
