import { defineConfig } from 'vitest/config';
import { LongestFirst } from './src/testing/longest-first.ts';

/**
 * Three projects: `unit` is pure and fast; `integration` shares one embedded Kafka and Cassandra a run, started by
 * the global setup; `e2e` goes through the built command line.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}', 'bench/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/*.e2e.test.ts'],
          // Fast on a quiet machine; a busy one must not fail them.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // By default one core of two stays idle.
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'integration',
          include: ['src/**/*.integration.test.ts'],
          globalSetup: ['src/testing/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // One more than CI has cores: these tests wait for servers half of the time.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['src/**/*.e2e.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // Each has a stack of its own; of two, one waits while the other starts.
          maxWorkers: 2,
        },
      },
    ],
  },
});
