/**
 * Loaded before a measured program (`node --import`): at every SIGUSR2 it appends the CPU time that the process has
 * used, in microseconds, to the file CPU_REPORT.
 */
import { appendFileSync } from 'node:fs';

process.on('SIGUSR2', () => {
  const { user, system } = process.cpuUsage();
  appendFileSync(process.env.CPU_REPORT ?? '', `${user + system}\n`);
});
