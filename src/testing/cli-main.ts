/** The command line from the sources, for tests that need it as a process; `bin/` runs the build. */
import { main } from '../main.ts';

process.exitCode = await main(process.argv.slice(2));
