package twitchstats.processor.count

import java.util.concurrent.ConcurrentLinkedQueue
import scala.collection.mutable.{ArrayBuffer, ArrayDeque}

/** Finds the windows of one partition that gaps took something from, while its task lives. A gap is
  * told when it is over, so what it took from windows was sent without it.
  *
  * @param withoutCoverage
  *   the windows in the store that were sent before all gaps were known
  * @param messagesARound
  *   what one round reads back at most, and the rest of the last window
  * @param sendAgain
  *   has a window that is in memory sent with the next ones
  * @param sendStored
  *   sends a window that is not, which leaves again: gaps of thousands of channels must not push
  *   out what is being counted. Returns what that took, in messages that were read back
  */
final class CutWindows(
    cache: WindowCache,
    store: WindowStore,
    coverage: Coverage,
    windowSizeMs: Long,
    withoutCoverage: () => List[WindowKey],
    messagesARound: Long,
    sendAgain: WindowState => Unit,
    sendStored: WindowKey => Long
):
  import CutWindows.*

  private val newGaps = ConcurrentLinkedQueue[Gap]()
  /** To be sent again, in this round or a later one, if it is still so then. */
  private val cut = ArrayDeque.empty[(WindowKey, WindowMeta => Boolean)]
  private var wasKnown = false
  private val forget = coverage.onGap(gap => newGaps.add(gap): Unit)

  /** Hears of no more gaps. */
  def close(): Unit = forget()

  /** One round. Before all gaps are known windows are sent without a word about them, so gaps wait,
    * and then those windows are sent once more. Most gaps are of other partitions' channels, and
    * after a start all of a week come at once.
    * @return
    *   what it took, in messages that were read back
    */
  def take(): Long =
    if !wasKnown && coverage.isKnown then
      wasKnown = true
      cache.foreach(window => if window.lacksCoverage then sendAgain(window))
      cut ++= withoutCoverage().map(_ -> (_.phase == WindowMeta.Phase.SentWithoutCoverage))
    var messages = 0L
    var looks = 0
    def hasGap = looks < GapsARound && wasKnown && !newGaps.isEmpty
    while messages < messagesARound && (cut.nonEmpty || hasGap) do
      if cut.isEmpty then
        looks += 1
        val gap = newGaps.poll()
        cut ++= windowsOf(gap).map(_ -> (wasSentWithout(gap, _)))
      else
        val (key, isCut) = cut.removeHead()
        cache.get(key) match
          case Some(window) => sendAgain(window)
          case None =>
            if store.meta(key).exists(isCut) then messages += sendStored(key)
    messages

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
