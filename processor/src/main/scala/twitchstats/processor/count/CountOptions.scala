package twitchstats.processor.count

import twitchstats.processor.message.ChatMessage

type Bytes = Array[Byte]

/** What [[CountProcessor]] needs to know. Times in milliseconds.
  *
  * @param emitIntervalMs
  *   how often `channel-stats` is told of windows that changed
  * @param historyIntervalMs
  *   how often `channel-window-stats` is told of one window, at most: the archive writes each update
  *   to Cassandra, and nobody watches past windows ten times a second
  * @param expiryIntervalMs
  *   how often a slice of the windows is looked through for expired ones
  * @param hotMs
  *   windows that were used within this time leave memory last
  * @param isOptedOut
  *   users who asked not to be counted, nor named in what was counted before; read for every message
  * @param coverage
  *   how much of a window was heard, where that is known
  */
final case class CountOptions(
    windowSizeMs: Long,
    retentionMs: Long,
    emitIntervalMs: Long,
    budget: MemoryBudget,
    memory: TableMemory,
    metrics: CountMetrics = CountMetrics.None,
    deduplicate: Boolean = true,
    historyIntervalMs: Long = 1_000,
    expiryIntervalMs: Long = 10_000,
    hotMs: Long = 10_000,
    isOptedOut: OptedOut = _ => false,
    coverage: Coverage = Coverage.Unknown
):
  def tickMs: Long = (emitIntervalMs / CountOptions.TicksAnInterval).max(1)

object CountOptions:
  /** How often an interval the clock is looked at. */
  val TicksAnInterval = 3

/** Who asked to be left out. */
trait OptedOut extends (ChatMessage => Boolean):
  /** Whether a user is not to be named in a channel. */
  def isHidden(channelId: String, userId: String): Boolean = false

  /** A number that stands for all that are known: another one when they are others, 0 for none. The
    * same after a restart.
    */
  def known: Long = 0

/** A channel was not heard from `from` until `to`, epoch milliseconds.
  *
  * @param channelId
  *   None where the ingestor had not learned it yet
  * @param loggedAt
  *   when it was told: the log's time of the event, epoch milliseconds
  */
final case class Gap(
    channelName: String,
    channelId: Option[String],
    from: Long,
    to: Long,
    loggedAt: Long
)

/** How much of a window was heard: told by the ingestor's gap events. */
trait Coverage:
  /** 0 to 1 for a channel from `start` until `end`, by what was told of its id and, since that may
    * not have been known then, of its name; None while nothing is known.
    */
  def of(channelId: String, channelName: String, start: Long, end: Long): Option[Double]

  /** Whether everything told so far was read: before, [[of]] is None. */
  def isKnown: Boolean

  /** Calls `listener` with each gap that is known, and then with each that comes to be known, until
    * what is returned is called. The same may come twice, and several as one that covers them.
    */
  def onGap(listener: Gap => Unit): () => Unit

object Coverage:
  object Unknown extends Coverage:
    def of(channelId: String, channelName: String, start: Long, end: Long): Option[Double] = None
    def isKnown: Boolean = false
    def onGap(listener: Gap => Unit): () => Unit = () => ()
