package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.cql.Statement

/** One request to Cassandra and the log entries that wait for it. Repeated until it succeeds. */
final class Write(
    val kind: WriteKind,
    val statement: Statement[?],
    val rows: Int,
    val entries: Seq[OffsetTracker.Entry]
):
  /** How often it failed so far. */
  @volatile var failures = 0

  /** When it was acknowledged, as `System.nanoTime`. */
  @volatile var acknowledgedNanos = 0L

enum WriteKind(val label: String):
  case Messages extends WriteKind("messages")
  case MessagesByUser extends WriteKind("messages_by_user")
  case ChannelNames extends WriteKind("channels_by_name")
  case Windows extends WriteKind("windows")
