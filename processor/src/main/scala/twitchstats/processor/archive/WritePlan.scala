package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.cql.BoundStatement
import twitchstats.processor.count.ChannelStats
import twitchstats.processor.message.ChatMessage
import twitchstats.processor.settings.BatchLimits
import java.util.UUID
import scala.collection.mutable
import scala.collection.mutable.ArrayBuffer

/** Turns what one poll brought into few requests: rows grouped by partition, up to 64 KiB each;
  * partitions with few rows share a request, and windows do.
  *
  * @param names
  *   remembers which names were written, over polls
  */
final class WritePlan(tables: Tables, limits: BatchLimits, names: ChannelNames):
  private val messages = mutable.LinkedHashMap.empty[String, WritePlan.Request]
  private val byUser = mutable.LinkedHashMap.empty[(String, String), ArrayBuffer[WritePlan.Row]]
  private val windows = mutable.LinkedHashMap.empty[(String, Long), WindowUpdate]
  private val writes = ArrayBuffer.empty[Write]

  /** How many writes a message's log entry waits for. */
  def writesOf(m: ChatMessage): Int = if names.isKnown(m.channelName, m.channelId) then 2 else 3

  def add(m: ChatMessage, entry: OffsetTracker.Entry): Unit =
    val key = MessageKey(m.channelId, m.timestamp, m.messageId)
    val channel = messages.getOrElseUpdate(m.channelId, WritePlan.Request(limits))
    val rows = tables.message(m)
    val cells = m.emotes.size
    put(WriteKind.Messages, channel, m.channelId, WritePlan.Row(key, rows.byChannel, entry, cells))
    byUser.getOrElseUpdate((m.channelId, m.userId), ArrayBuffer.empty) +=
      WritePlan.Row(key, rows.byUser, entry, cells)
    if !names.isKnown(m.channelName, m.channelId) then
      names.remember(m.channelName, m.channelId)
      val row = tables.channelName(m.channelName, m.channelId, m.timestamp)
      writes += Write(WriteKind.ChannelNames, row, List(row), List(entry))

  /** Several versions of one window in one poll need one write, the last one's. */
  def add(stats: ChannelStats, entry: OffsetTracker.Entry): Unit =
    val update = windows.getOrElseUpdate((stats.channelId, stats.windowStart), WindowUpdate())
    update.latest = stats
    update.entries += entry

  def result(writeTimeMicros: () => Long): Seq[Write] =
    messages.values.foreach(flush(WriteKind.Messages, _))
    val shared = WritePlan.Request(limits)
    byUser.foreach: (user, rows) =>
      rows.foreach(put(WriteKind.MessagesByUser, shared, user, _))
    flush(WriteKind.MessagesByUser, shared)
    windows.foreach: (window, update) =>
      val row = tables.window(update.latest, writeTimeMicros())
      put(WriteKind.Windows, shared, window, WritePlan.Row(window, row, update.entries.head))
      update.entries.tail.foreach(shared.alsoFor)
    flush(WriteKind.Windows, shared)
    writes.toSeq

  private def put(
      kind: WriteKind,
      request: WritePlan.Request,
      partition: Any,
      row: WritePlan.Row
  ): Unit =
    if !request.hasRoomFor(partition, row) then flush(kind, request)
    request.add(partition, row)

  private def flush(kind: WriteKind, request: WritePlan.Request): Unit =
    request
      .take()
      .foreach: (statements, entries) =>
        writes += Write(kind, tables.batch(statements), statements, entries)

final case class MessageKey(channelId: String, timestamp: Long, messageId: UUID)

private final class WindowUpdate:
  var latest: ChannelStats = null
  val entries = ArrayBuffer.empty[OffsetTracker.Entry]

object WritePlan:
  private val MostBytes = 64 * 1024

  /** What a row takes beside its values. */
  private val RowOverhead = 48

  /** What an element of a list that is not frozen takes beside its text: the server keeps each in a
    * cell, with an id of its own (16 bytes), a write time and an expiry.
    */
  private val CellOverhead = 32

  /** @param cells
    *   elements of its list
    */
  private final class Row(
      val key: Any,
      val statement: BoundStatement,
      val entry: OffsetTracker.Entry,
      cells: Int = 0
  ):
    /** About what the server takes them for when it looks at the size of a batch. */
    val bytes: Int =
      var sum = RowOverhead + cells * CellOverhead
      statement.getValues.forEach(value => if value != null then sum += value.remaining)
      sum

  /** Rows for one request. A key twice in it is one row: all rows of a batch share one write time,
    * and a list written twice at one time is doubled.
    */
  private final class Request(limits: BatchLimits):
    private val statements = mutable.LinkedHashMap.empty[Any, BoundStatement]
    private val entries = ArrayBuffer.empty[OffsetTracker.Entry]
    private val partitions = mutable.HashSet.empty[Any]
    private var bytes = 0

    /** Always true for the first: a row that is larger than all limits goes alone. */
    def hasRoomFor(partition: Any, row: Row): Boolean =
      val across = if partitions.contains(partition) then partitions.size else partitions.size + 1
      val maxBytes = if across == 1 then MostBytes else limits.bytesAcross
      statements.isEmpty ||
      statements.size < limits.rows && across <= limits.partitions &&
      bytes + row.bytes <= maxBytes

    def add(partition: Any, row: Row): Unit =
      partitions += partition
      statements(row.key) = row.statement
      entries += row.entry
      bytes += row.bytes

    /** One more log entry waits for the row that was added last. */
    def alsoFor(entry: OffsetTracker.Entry): Unit = entries += entry

    def take(): Option[(Seq[BoundStatement], Seq[OffsetTracker.Entry])] =
      Option.when(statements.nonEmpty):
        val taken = (statements.values.toSeq, entries.toSeq)
        statements.clear()
        entries.clear()
        partitions.clear()
        bytes = 0
        taken
