package twitchstats.processor.archive

import twitchstats.processor.count.OptedOut
import twitchstats.processor.settings.BatchLimits

/** @param drainMs
  *   how long a revoke or a stop waits for writes; below the session timeout (6 s)
  * @param settleMs
  *   how long a node may take until what it acknowledged survives its kill. A commit log that is
  *   synced periodically is readable up to a marker that is set each 100 ms, and later while a sync
  *   takes long (CASSANDRA-13987)
  * @param mostPending
  *   records read and not settled, beyond which no more are read: one write that Cassandra does not
  *   take holds all back that come after it. Far above what two seconds of a full topic bring
  */
final case class ArchiverOptions(
    batches: BatchLimits,
    health: CassandraHealth,
    metrics: ArchiveMetrics = ArchiveMetrics.None,
    isOptedOut: OptedOut = _ => false,
    drainMs: Long = 4_000,
    settleMs: Long = 2_000,
    mostPending: Int = 200_000,
    commitIntervalMs: Long = 250,
    busyPollMs: Long = 5,
    idlePollMs: Long = 100
)

/** Write times in microseconds that always rise, so the later of two versions of a row wins. */
final class WriteClock:
  private var last = 0L

  val nextMicros: () => Long = () =>
    last = Math.max(last + 1, System.currentTimeMillis * 1000)
    last
