package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.cql.BoundStatement
import twitchstats.processor.count.ChannelStats
import twitchstats.processor.message.ChatMessage
import java.util.UUID
import scala.collection.mutable
import scala.collection.mutable.ArrayBuffer
import scala.jdk.CollectionConverters.*

/** Turns what one poll brought into few requests: rows grouped by partition, up to `batchRows` and
  * 64 KiB each.
  *
  * @param names
  *   remembers which names were written, over polls
  */
final class WritePlan(tables: Tables, batchRows: Int, names: ChannelNames, nowMs: Long):
  private val messages = mutable.LinkedHashMap.empty[String, WritePlan.Rows[MessageKey]]
  private val byUser = WritePlan.Rows[MessageKey](WritePlan.ByUserRows, WritePlan.ByUserBytes)
  private val windows = mutable.LinkedHashMap.empty[(String, Long), WindowUpdate]
  private val writes = ArrayBuffer.empty[Write]

  /** How many writes a message's log entry waits for. */
  def writesOf(m: ChatMessage): Int = if names.isKnown(m.channelName, m.channelId) then 2 else 3

  def add(m: ChatMessage, entry: OffsetTracker.Entry): Unit =
    val key = MessageKey(m.channelId, m.timestamp, m.messageId)
    val channel =
      messages.getOrElseUpdate(m.channelId, WritePlan.Rows(batchRows, WritePlan.MessageBytes))
    put(WriteKind.Messages, channel, key, tables.message(m), entry)
    put(WriteKind.MessagesByUser, byUser, key, tables.byUser(m), entry)
    if !names.isKnown(m.channelName, m.channelId) then
      names.remember(m.channelName, m.channelId)
      val row = tables.channelName(m.channelName, m.channelId, nowMs)
      writes += Write(WriteKind.ChannelNames, row, 1, List(entry))

  /** Several versions of one window in one poll need one write, the last one's. */
  def add(stats: ChannelStats, entry: OffsetTracker.Entry): Unit =
    val update = windows.getOrElseUpdate((stats.channelId, stats.windowStart), WindowUpdate())
    update.latest = stats
    update.entries += entry

  def result(writeTimeMicros: () => Long): Seq[Write] =
    messages.values.foreach(flush(WriteKind.Messages, _))
    flush(WriteKind.MessagesByUser, byUser)
    windows.values.foreach: update =>
      val row = tables.window(update.latest, writeTimeMicros())
      writes += Write(WriteKind.Windows, row, 1, update.entries.toSeq)
    writes.toSeq

  private def put[K](
      kind: WriteKind,
      rows: WritePlan.Rows[K],
      key: K,
      row: BoundStatement,
      entry: OffsetTracker.Entry
  ): Unit =
    if !rows.hasRoomFor(row) then flush(kind, rows)
    rows.add(key, row, entry)

  private def flush(kind: WriteKind, rows: WritePlan.Rows[?]): Unit =
    rows
      .take()
      .foreach: (statements, entries) =>
        writes += Write(kind, tables.batch(statements), statements.size, entries)

final case class MessageKey(channelId: String, timestamp: Long, messageId: UUID)

private final class WindowUpdate:
  var latest: ChannelStats = null
  val entries = ArrayBuffer.empty[OffsetTracker.Entry]

object WritePlan:
  private val MessageBytes = 64 * 1024

  /** Rows of `messages_by_user` lie in as many partitions as there are users, so their batch saves
    * round trips only. Kept at the server's `unlogged_batch_across_partitions_warn_threshold` (10)
    * and below its `batch_size_warn_threshold` (5 KiB); neither looks at batches of one partition.
    */
  private val ByUserRows = 10
  private val ByUserBytes = 4 * 1024

  /** What a row takes beside its values. */
  private val RowOverhead = 48

  /** Rows for one request. A key twice in it is one row: all rows of a batch share one write time,
    * and a list written twice at one time is doubled.
    */
  private final class Rows[K](maxRows: Int, maxBytes: Int):
    private val statements = mutable.LinkedHashMap.empty[K, BoundStatement]
    private val entries = ArrayBuffer.empty[OffsetTracker.Entry]
    private var bytes = 0

    /** Always true for the first: a row that is larger than all limits goes alone. */
    def hasRoomFor(row: BoundStatement): Boolean =
      statements.isEmpty || statements.size < maxRows && bytes + size(row) <= maxBytes

    def add(key: K, row: BoundStatement, entry: OffsetTracker.Entry): Unit =
      statements(key) = row
      entries += entry
      bytes += size(row)

    def take(): Option[(Seq[BoundStatement], Seq[OffsetTracker.Entry])] =
      Option.when(statements.nonEmpty):
        val taken = (statements.values.toSeq, entries.toSeq)
        statements.clear()
        entries.clear()
        bytes = 0
        taken

    private def size(row: BoundStatement): Int =
      row.getValues.iterator.asScala.foldLeft(RowOverhead): (sum, value) =>
        if value == null then sum else sum + value.remaining
