package twitchstats.processor.archive

/** What the archiver tells about itself. Called by the driver's threads too. */
trait ArchiveMetrics:
  /** A request that succeeded after `nanos`, its own waiting for retries not included. */
  def written(kind: WriteKind, rows: Int, nanos: Long): Unit
  def failed(kind: WriteKind): Unit

  /** A record that is no message and is left to the count's dead letters. */
  def skipped(): Unit
  def lag(topic: String, partition: Int, records: Long): Unit

  /** The partition is another's now. */
  def noLag(topic: String, partition: Int): Unit
  def inFlight(requests: Int): Unit

object ArchiveMetrics:
  object None extends ArchiveMetrics:
    def written(kind: WriteKind, rows: Int, nanos: Long): Unit = ()
    def failed(kind: WriteKind): Unit = ()
    def skipped(): Unit = ()
    def lag(topic: String, partition: Int, records: Long): Unit = ()
    def noLag(topic: String, partition: Int): Unit = ()
    def inFlight(requests: Int): Unit = ()
