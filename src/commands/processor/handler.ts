import { join } from 'node:path';
import type { HandlerInput } from '../../cli/command.ts';
import { resolveClassPaths } from '../../stack/artefacts.ts';
import { showFetch } from '../../stack/fetch-words.ts';
import { needJdk } from '../../stack/jdk-choice.ts';
import { guardedJvm, jvmEnv, prepareTmpDir } from '../../stack/jvm.ts';
import { homePaths } from '../../stack/paths.ts';
import { runForeground } from '../../stack/run-foreground.ts';
import { type ProcessorRole, processorProgram } from '../../stack/services/processor.ts';
import { processorEnv } from '../../stack/services/processor-env.ts';

/** Names of the contract that the processor's own environment may carry, and that say the same as a setting of ours. */
const ownNames = ['KAFKA_BOOTSTRAP_SERVERS', 'KAFKA_TOPIC_INPUT', 'KAFKA_TOPIC_OUTPUT'] as const;

/** @throws AppError JDK_MISSING, PROCESSOR_NOT_BUILT, ARTEFACTS_MISSING, SERVICE_FAILED */
export async function runProcessor(input: HandlerInput<{ role: ProcessorRole }>): Promise<number> {
  const { options, global, io, output, signal } = input;
  const { settings } = input.config();
  const jdk = needJdk('processor');
  const paths = homePaths(global.home);
  const classPath = (
    await resolveClassPaths({ jdk, cacheDir: paths.cache, signal, onProgress: showFetch(output) })
  ).processor;
  const runDir = join(paths.run, `processor-${options.role}`);
  await prepareTmpDir(runDir);
  return runForeground(
    {
      name: 'the processor',
      ...guardedJvm({
        ...processorProgram({ jdk, classPath, role: options.role }),
        heapMb: 1024,
        tmpDir: runDir,
      }),
      env: {
        ...jvmEnv,
        ...processorEnv(settings),
        STATE_DIR: settings.STATE_DIR ?? join(paths.data, `processor-${options.role}`),
        ...Object.fromEntries(ownNames.flatMap((name) => (io.env[name] ? [[name, io.env[name]]] : []))),
      },
      stdin: 'pipe',
    },
    signal,
  );
}
