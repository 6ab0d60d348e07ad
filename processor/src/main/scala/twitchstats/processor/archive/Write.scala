package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.cql.Statement
import scala.collection.immutable.Queue

/** One request to Cassandra and the log entries that wait for it. Repeated until it succeeds. Where
  * Cassandra does not take its rows together, it is a request for each of them, one after another.
  *
  * @param rows
  *   what `request` holds, each by itself
  */
final class Write(
    val kind: WriteKind,
    request: Statement[?],
    rows: Seq[Statement[?]],
    val entries: Seq[OffsetTracker.Entry]
):
  @volatile private var apart = Option.empty[Queue[Statement[?]]]

  /** How often it failed so far. */
  @volatile var failures = 0

  /** When the last of it was acknowledged, as `System.nanoTime`. */
  @volatile var acknowledgedNanos = 0L

  /** What is to be sent now, and how many rows that has. */
  def statement: Statement[?] = apart.fold(request)(_.head)
  def size: Int = if apart.isDefined then 1 else rows.size

  /** True when its rows go one by one from now on; once, and not for a single row. */
  def takeApart(): Boolean =
    val isNew = apart.isEmpty && rows.sizeIs > 1
    if isNew then apart = Some(Queue.from(rows))
    isNew

  /** The statement succeeded. True when that was all. */
  def advance(): Boolean =
    apart = apart.map(_.tail)
    apart.forall(_.isEmpty)

  /** The statement failed: the other rows do not wait for it. */
  def postpone(): Unit = apart = apart.map(left => left.tail.enqueue(left.head))

enum WriteKind(val label: String):
  case Messages extends WriteKind("messages")
  case MessagesByUser extends WriteKind("messages_by_user")
  case ChannelNames extends WriteKind("channels_by_name")
  case Windows extends WriteKind("windows")
