/**
 * Loaded before a Node process (`node --import`): the first SIGUSR2 begins a CPU profile, the second writes it to the
 * folder PROFILE_DIR as `<pid>.cpuprofile`.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';

const session = new Session();
let isProfiling = false;

process.on('SIGUSR2', async () => {
  if (!isProfiling) {
    isProfiling = true;
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    return;
  }
  const { profile } = await session.post('Profiler.stop');
  const file = join(process.env.PROFILE_DIR ?? '', `${process.pid}.cpuprofile`);
  writeFileSync(`${file}.part`, JSON.stringify(profile));
  renameSync(`${file}.part`, file);
});
