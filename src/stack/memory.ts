import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** Bytes that programs can still get: on Linux with what caches would give back, elsewhere what is wholly unused. */
export function availableMemory(): number {
  try {
    const [, kibibytes] = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
    return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
  } catch {
    return freemem();
  }
}
