import { join } from 'node:path';

export interface CassandraYamlOptions {
  /** Tables, commit log and the rest; survives `down`. */
  readonly dataDir: string;
  readonly ports: { readonly cql: number; readonly storage: number };
  /** Added to the configuration, or in place of what is there. */
  readonly yaml?: Readonly<Record<string, unknown>>;
}

/** So many partitions the archive writes with one request. */
export const MOST_PARTITIONS = 64;

export function commitLogIn(dataDir: string): string {
  return join(dataDir, 'commitlog');
}

/**
 * `cassandra.yaml` of a single node on a laptop. Written as JSON, which is YAML, so that no path needs quoting rules.
 * Names and meanings: Cassandra's own conf/cassandra.yaml.
 */
export function cassandraYaml({ dataDir, ports, yaml }: CassandraYamlOptions): string {
  return `${JSON.stringify(
    {
      cluster_name: 'twitchstats',
      num_tokens: 1,
      partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
      endpoint_snitch: 'SimpleSnitch',
      auto_bootstrap: false,
      seed_provider: [
        {
          class_name: 'org.apache.cassandra.locator.SimpleSeedProvider',
          parameters: [{ seeds: `127.0.0.1:${ports.storage}` }],
        },
      ],
      listen_address: '127.0.0.1',
      storage_port: ports.storage,
      rpc_address: '127.0.0.1',
      native_transport_port: ports.cql,
      data_file_directories: [join(dataDir, 'data')],
      commitlog_directory: commitLogIn(dataDir),
      saved_caches_directory: join(dataDir, 'saved_caches'),
      hints_directory: join(dataDir, 'hints'),
      cdc_raw_directory: join(dataDir, 'cdc_raw'),
      // Nothing here is older than 5.0.
      storage_compatibility_mode: 'NONE',
      // Tries for indexes: flushes and compactions come in smaller bursts, docs/adr/0019-sstables-are-tries-too.md.
      sstable: { selected_format: 'bti' },
      commitlog_sync: 'periodic',
      commitlog_sync_period: '1000ms',
      commitlog_total_space: '256MiB',
      // A disk that fails ends the process, which the supervisor reports; the default goes on without answering.
      disk_failure_policy: 'die',
      commit_failure_policy: 'die',
      hinted_handoff_enabled: false,
      auto_snapshot: false,
      // The archive writes batches of one partition, up to 64 KiB: one mutation each.
      batch_size_warn_threshold: '96KiB',
      batch_size_fail_threshold: '1MiB',
      // And of many, up to 40 KiB: docs/adr/0025-larger-memtables-and-batches.md.
      unlogged_batch_across_partitions_warn_threshold: MOST_PARTITIONS,
      // The default, a skip list, makes writes wait for flushes: docs/adr/0014-memtables-are-tries.md.
      memtable: { configurations: { trie: { class_name: 'TrieMemtable' }, default: { inherits: 'trie' } } },
      memtable_allocation_type: 'offheap_objects',
      // One flush at a time, when half of either is full: fewer and larger files, docs as above.
      memtable_heap_space: '192MiB',
      memtable_offheap_space: '256MiB',
      memtable_flush_writers: 1,
      file_cache_size: '64MiB',
      networking_cache_size: '32MiB',
      key_cache_size: '8MiB',
      counter_cache_size: '0MiB',
      concurrent_reads: 8,
      concurrent_writes: 16,
      concurrent_counter_writes: 2,
      concurrent_materialized_view_writes: 2,
      concurrent_compactors: 1,
      compaction_throughput: '64MiB/s',
      ...yaml,
    },
    null,
    2,
  )}\n`;
}
