import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HandlerInput } from '../../cli/command.ts';
import { AppError } from '../../contract/errors.ts';
import { resolveClassPaths } from '../../stack/artefacts.ts';
import { runningStack } from '../../stack/discover.ts';
import { showFetch } from '../../stack/fetch-words.ts';
import { needJdk } from '../../stack/jdk-choice.ts';
import { jvmTool } from '../../stack/jvm.ts';
import { homePaths } from '../../stack/paths.ts';
import { runForeground } from '../../stack/run-foreground.ts';
import { cassandraModuleAccess } from '../../stack/services/cassandra.ts';

/** @throws AppError STACK_NOT_RUNNING, JDK_MISSING, ARTEFACTS_MISSING */
export async function runNodetool({ options, global, output, signal }: HandlerInput<{ args: string[] }>) {
  const cassandra = runningStack(global.home)?.services.find(({ name }) => name === 'cassandra');
  if (cassandra?.process === undefined)
    throw new AppError('STACK_NOT_RUNNING', `No Cassandra of ours runs under ${global.home}`);
  const jdk = needJdk('cassandra');
  const paths = homePaths(global.home);
  const runDir = join(paths.run, 'cassandra');
  const classPaths = await resolveClassPaths({
    jdk,
    cacheDir: paths.cache,
    signal,
    onProgress: showFetch(output),
  });
  const tool = jvmTool({
    jdk,
    classPath: classPaths.cassandra,
    tmpDir: runDir,
    flags: [
      ...cassandraModuleAccess,
      `-Dcassandra.config=${pathToFileURL(join(runDir, 'cassandra.yaml'))}`,
      `-Dlogback.configurationFile=${join(runDir, 'logback-tools.xml')}`,
      // It keeps a history below the user's home.
      `-Duser.home=${runDir}`,
    ],
    mainClass: 'org.apache.cassandra.tools.NodeTool',
    args: ['-h', '127.0.0.1', '-p', String(cassandra.ports.jmx), ...options.args],
  });
  return runForeground({ name: 'nodetool', ...tool, stdin: 'inherit' }, signal);
}
