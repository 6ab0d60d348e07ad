import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Our own package, from `src/` and from `dist/` alike. */
const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

/** What the stack needs of the installed package. */
export const packagePaths = {
  composeFile: join(packageRoot, 'compose', 'compose.yaml'),
  composeDemo: join(packageRoot, 'compose', 'demo.env'),
  cli: join(packageRoot, 'bin', 'twitchstats.js'),
  processorJar: join(packageRoot, 'processor', 'target', 'twitchstats-processor.jar'),
};

export interface HomePaths {
  readonly home: string;
  /** What survives `down`: Kafka's log, Cassandra's tables, the processor's state. */
  readonly data: string;
  /** Can be made anew: class paths, class-data archives. */
  readonly cache: string;
  readonly logs: string;
  /** Generated configuration and scratch of the running services. */
  readonly run: string;
  /** The running stack: state, lock. */
  readonly stack: string;
}

/** The layout below `--home`. */
export function homePaths(home: string): HomePaths {
  return {
    home,
    data: join(home, 'data'),
    cache: join(home, 'cache'),
    logs: join(home, 'logs'),
    run: join(home, 'run'),
    stack: join(home, 'stack'),
  };
}
