import type { TestProject } from 'vitest/node';
import { archiveFlags, classDataFlags } from '../stack/class-data.ts';
import { makeTestArchives } from './class-archives.ts';
import { embeddedServices, startEmbeddedServers } from './embedded.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the Kafka that all integration tests of a run share. */
    kafkaBrokers: string;
    /** `host:port` of the shared Cassandra. */
    cassandraHosts: string;
  }
}

/** Starts one Kafka and one Cassandra for all integration tests of this run; returns what stops them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const interrupted = new AbortController();
  // Vitest's own handlers end the run and call our teardown; before that there is only us.
  const interrupt = () => interrupted.abort(new Error('interrupted while the servers were starting'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  // A run of everything starts some hundred JVMs; one of a few tests is over before archives would pay.
  const makesArchives = process.env.TEST_CLASS_ARCHIVES === 'make';
  const servers = await startEmbeddedServers(interrupted.signal, (directory, ports, classPaths) =>
    embeddedServices(directory, ports, classPaths, undefined, makesArchives ? classDataFlags : archiveFlags),
  );
  if (makesArchives) await makeTestArchives(servers, interrupted.signal);
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  project.provide('kafkaBrokers', servers.kafkaBrokers);
  project.provide('cassandraHosts', servers.cassandraHosts);
  return servers.stop;
}
