import type { CommandDefinition } from '../cli/command.ts';
import { apiCommand } from './api/command.ts';
import { bootstrapCommand } from './bootstrap/command.ts';
import { cqlCommand } from './cql/command.ts';
import { statsCommand } from './stats/command.ts';
import { watch } from './watch/command.ts';

/** Every command, in the order of the help. */
// biome-ignore lint/suspicious/noExplicitAny: each definition keeps its own options type between schema and handler
export const commands: readonly CommandDefinition<any>[] = [
  bootstrapCommand,
  apiCommand,
  statsCommand,
  cqlCommand,
];
