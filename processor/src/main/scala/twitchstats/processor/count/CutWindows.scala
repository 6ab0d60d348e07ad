package twitchstats.processor.count

import java.util.concurrent.ConcurrentLinkedQueue
import scala.collection.mutable.{ArrayBuffer, ArrayDeque}

/** Finds the windows of one partition that gaps took something from, while its task lives. A gap is
  * told when it is over, so what it took from windows was sent without it.
  *
  * @param withoutCoverage
  *   the windows in the store that were sent before all gaps were known
  * @param mayReadBack
  *   whether this round has time for another window that is not in memory
  * @param sendAgain
  *   has a window that is in memory sent with the next ones
  * @param sendStored
  *   reads back and sends a window that is not
  */
final class CutWindows(
    cache: WindowCache,
    store: WindowStore,
    coverage: Coverage,
    windowSizeMs: Long,
    withoutCoverage: () => List[WindowKey],
    mayReadBack: () => Boolean,
    sendAgain: WindowState => Unit,
    sendStored: WindowKey => Unit
):
  import CutWindows.*

  private val newGaps = ConcurrentLinkedQueue[Gap]()
  /** To be sent again, in this round or a later one, if it is still so then. */
  private val cut = ArrayDeque.empty[(WindowKey, WindowMeta => Boolean)]
  private var wasKnown = false
  private val forget = coverage.onGap(gap => newGaps.add(gap): Unit)

  /** Whether all gaps are known, as of the last round: what is sent between two rounds knows no more,
    * or nobody would send it again.
    */
  def isKnown: Boolean = wasKnown

  /** Hears of no more gaps. */
  def close(): Unit = forget()

  /** One round. Before all gaps are known windows are sent without a word about them, so gaps wait,
    * and then those windows are sent once more. Most gaps are of other partitions' channels, and
    * after a start all of a week come at once.
    */
  def take(): Unit =
    if !wasKnown && coverage.isKnown then
      wasKnown = true
      cache.foreach(window => if window.lacksCoverage then sendAgain(window))
      cut ++= withoutCoverage().map(_ -> (_.phase == WindowMeta.Phase.SentWithoutCoverage))
    var looks = 0
    def hasGap = looks < GapsARound && wasKnown && !newGaps.isEmpty
    while mayReadBack() && (cut.nonEmpty || hasGap) do
      if cut.isEmpty then
        looks += 1
        val gap = newGaps.poll()
        cut ++= windowsOf(gap).map(_ -> (wasSentWithout(gap, _)))
      else
        val (key, isCut) = cut.removeHead()
        cache.get(key) match
          case Some(window) => sendAgain(window)
          case None =>
            if store.meta(key).exists(isCut) then sendStored(key)

  /** Those that the gap reaches into and that may have been sent without it; of a channel whose id
    * is not known, those in memory.
    */
  private def windowsOf(gap: Gap): List[WindowKey] =
    val first = WindowKey.startOf(gap.from max 0, windowSizeMs)
    gap.channelId match
      case Some(id) =>
        store
          .windows(id, first, gap.to)
          .collect { case (key, meta) if cache.has(key) || wasSentWithout(gap, meta) => key }
      case None =>
        val found = ArrayBuffer.empty[WindowKey]
        cache.foreach: window =>
          val isCut = window.key.start >= first && window.key.start < gap.to
          if isCut && window.channelName == gap.channelName then found += window.key
        found.toList

  private def wasSentWithout(gap: Gap, meta: WindowMeta): Boolean =
    meta.phase.isSent && meta.updatedAt <= gap.loggedAt + GapDelayMs

object CutWindows:
  /** A gap is read a moment after it was told, by a clock that is the broker's. */
  private val GapDelayMs = 10_000L
  /** What one round may look at, so that it ends before others wait for it. */
  private val GapsARound = 500
