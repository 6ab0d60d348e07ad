package twitchstats.processor.archive

import scala.collection.mutable

/** The offsets of one partition that are being written, in log order. What is below the lowest
  * unfinished one may be committed, and nothing else: a crash reads the rest again.
  *
  * One thread, the one that polls; completions are handed over to it.
  *
  * @param start
  *   the position the partition was read from
  */
final class OffsetTracker(start: Long):
  private val unfinished = mutable.ArrayDeque.empty[OffsetTracker.Entry]
  private var next = start
  private var committed = start

  /** A record that takes `writes` completed writes to be done; none for one to be skipped. Offsets
    * must come in ascending order, gaps are normal (compaction, transaction markers).
    */
  def begin(offset: Long, writes: Int): OffsetTracker.Entry =
    require(offset >= next, s"offset $offset after ${next - 1}")
    next = offset + 1
    val entry = OffsetTracker.Entry(offset, writes)
    unfinished += entry
    entry

  /** Nothing lies between the last record and `position` (what does is no record: transaction
    * markers, compacted keys), so with nothing unfinished it may be committed.
    */
  def skipTo(position: Long): Unit =
    committable: Unit
    if unfinished.isEmpty && position > next then next = position

  /** The position to commit, if it moved since the last [[markCommitted]]. */
  def committable: Option[Long] =
    while unfinished.headOption.exists(_.isDone) do unfinished.removeHead(): Unit
    val position = unfinished.headOption.fold(next)(_.offset)
    Option.when(position > committed)(position)

  def markCommitted(position: Long): Unit = committed = position

  def pending: Int = unfinished.size

object OffsetTracker:
  final class Entry(val offset: Long, private var writes: Int):
    def isDone: Boolean = writes <= 0
    def writeDone(): Unit = writes -= 1
