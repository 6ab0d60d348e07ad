import type { CommandDefinition, CommandGroup } from '../cli/command.ts';
import { apiCommand } from './api/command.ts';
import { bootstrapCommand } from './bootstrap/command.ts';
import { completionCommand } from './completion/command.ts';
import { cqlCommand } from './cql/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { downCommand } from './down/command.ts';
import { envCommand } from './env/command.ts';
import { fetchCommand } from './fetch/command.ts';
import { forgetCommand } from './forget/command.ts';
import { ingestCommand } from './ingest/command.ts';
import { inspectCommand } from './inspect/command.ts';
import { logsCommand } from './logs/command.ts';
import { nodetoolCommand } from './nodetool/command.ts';
import { processorCommand } from './processor/command.ts';
import { replayCommand } from './replay/command.ts';
import { restartCommand } from './restart/command.ts';
import { simulateCommand } from './simulate/command.ts';
import { statsCommand } from './stats/command.ts';
import { statusCommand } from './status/command.ts';
import { tailCommand } from './tail/command.ts';
import { upCommand } from './up/command.ts';
import { verifyCommand } from './verify/command.ts';
import { watchCommand } from './watch/command.ts';

/** Every command, in the order of the help. */
// biome-ignore lint/suspicious/noExplicitAny: each definition keeps its own options type between schema and handler
export const commands: readonly (CommandDefinition<any> | CommandGroup)[] = [
  upCommand,
  downCommand,
  statusCommand,
  logsCommand,
  restartCommand,
  doctorCommand,
  envCommand,
  fetchCommand,
  bootstrapCommand,
  ingestCommand,
  processorCommand,
  apiCommand,
  watchCommand,
  statsCommand,
  tailCommand,
  replayCommand,
  verifyCommand,
  inspectCommand,
  forgetCommand,
  cqlCommand,
  nodetoolCommand,
  simulateCommand,
  completionCommand,
];
