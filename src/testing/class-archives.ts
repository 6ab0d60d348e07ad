import { existsSync } from 'node:fs';
import { bootstrap } from '../bootstrap/bootstrap.ts';
import { classDataFlags, makeArchive } from '../stack/class-data.ts';
import { type EmbeddedServers, testClassData, testClassPaths } from './embedded.ts';
import { dropAll, ownSettings } from './own-settings.ts';
import { startProcessor } from './processor.ts';

/**
 * Makes the class-data archives that the JVMs of the tests start from, once for a build: loading
 * classes is most of what a start costs. Where one cannot be made the tests only take longer.
 * @param servers running, and started so that they note their classes
 */
export async function makeTestArchives(servers: EmbeddedServers, signal: AbortSignal): Promise<void> {
  const classData = Object.values(testClassData(await testClassPaths()));
  if (classData.every(({ archive }) => existsSync(archive))) return;
  const settings = ownSettings(servers);
  await bootstrap(settings);
  const processor = await startProcessor(settings, { classFlags: classDataFlags });
  await processor.stop();
  await dropAll(settings);
  await Promise.all(classData.map((data) => makeArchive(data, signal)));
}
