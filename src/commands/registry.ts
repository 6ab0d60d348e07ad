import type { CommandDefinition } from '../cli/command.ts';

/** Every command, in the order of the help. */
// biome-ignore lint/suspicious/noExplicitAny: each definition keeps its own options type between schema and handler
export const commands: readonly CommandDefinition<any>[] = [];
