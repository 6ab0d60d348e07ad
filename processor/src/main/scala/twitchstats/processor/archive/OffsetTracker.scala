package twitchstats.processor.archive

import scala.collection.mutable

/** The offsets of one partition that are being written, in log order. What is below the lowest
  * unsettled one may be committed, and nothing else: a crash reads the rest again.
  *
  * Unsettled is what is not written, and what Cassandra acknowledged so lately that it may forget
  * it when it is killed.
  *
  * One thread, the one that polls; completions are handed over to it.
  *
  * @param start
  *   the position the partition was read from
  */
final class OffsetTracker(start: Long):
  private val unsettled = mutable.ArrayDeque.empty[OffsetTracker.Entry]
  private var next = start
  private var committed = start

  /** A record that takes `writes` completed writes to be done; none for one to be skipped. Offsets
    * must come in ascending order, gaps are normal (compaction, transaction markers).
    */
  def begin(offset: Long, writes: Int): OffsetTracker.Entry =
    require(offset >= next, s"offset $offset after ${next - 1}")
    next = offset + 1
    val entry = OffsetTracker.Entry(offset, writes)
    unsettled += entry
    entry

  /** Nothing lies between the last record and `position` (what does is no record: transaction
    * markers, compacted keys), so with nothing unsettled it may be committed.
    */
  def skipTo(position: Long, settledNanos: Long): Unit =
    settle(settledNanos)
    if unsettled.isEmpty && position > next then next = position

  /** The position to commit, if it moved since the last [[markCommitted]].
    *
    * @param settledNanos
    *   what was acknowledged until then is settled
    */
  def committable(settledNanos: Long): Option[Long] =
    settle(settledNanos)
    Option.when(position > committed)(position)

  def markCommitted(position: Long): Unit = committed = position

  /** Forgets what is unsettled; answers the position from which to read it again. */
  def rewind(settledNanos: Long): Long =
    settle(settledNanos)
    next = position
    unsettled.clear()
    next

  def pending: Int = unsettled.size

  private def position: Long = unsettled.headOption.fold(next)(_.offset)

  private def settle(settledNanos: Long): Unit =
    while unsettled.headOption.exists(_.isSettled(settledNanos)) do unsettled.removeHead(): Unit

object OffsetTracker:
  final class Entry(val offset: Long, private var writes: Int):
    private var acknowledgedNanos = Option.empty[Long]

    def isDone: Boolean = writes <= 0

    /** @param atNanos
      *   when Cassandra acknowledged it, as `System.nanoTime`
      */
    def writeDone(atNanos: Long): Unit =
      writes -= 1
      acknowledgedNanos = Some(acknowledgedNanos.fold(atNanos)(latest(_, atNanos)))

    def isSettled(settledNanos: Long): Boolean =
      isDone && acknowledgedNanos.forall(_ - settledNanos <= 0)

    private def latest(one: Long, other: Long): Long = if one - other > 0 then one else other
