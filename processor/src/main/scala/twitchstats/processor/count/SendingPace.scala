package twitchstats.processor.count

/** When the tasks of one stream thread send what changed: in rounds, all of them in the same, since
  * each sending asks for a commit, and a commit is of the whole thread.
  *
  * A thread looks after each commit whether a tick is due before it goes on with its records, and
  * takes one of each task between two looks that found something to do (KIP-557). By the clock
  * alone, commits that take longer than the interval, as where brokers are slow, would follow each
  * other with next to no record between two, and the thread would miss rebalances for minutes. So a
  * round comes when the thread has had as long for its records as it was last held up.
  *
  * @param tickMs
  *   how often the tasks ask at the most; what a longer time between two asks was spent on is unknown
  * @param intervalMs
  *   the least time between two rounds
  */
final class SendingPace(tickMs: Long, intervalMs: Long):
  private var at = Option.empty[Long]
  private var workedMs = 0L
  private var longestMs = 0L
  private var rounds = 0L
  private var readBack = 0L

  /** The number of this round. */
  def round: Long = rounds

  /** Whether a task may read back another window in this round. All tasks of a thread share its
    * transaction, which has to end in time (KIP-447, `transaction.timeout.ms`).
    */
  def mayReadBack: Boolean = readBack < SendingPace.MessagesARound

  /** Whether any task did. */
  def hasReadBack: Boolean = readBack > 0

  /** Takes note of a window that was read back, with so many messages. */
  def noteReadBack(messages: Long): Unit = readBack += messages + 1

  /** The number of this round, a new one when it is time. `now` in epoch milliseconds. */
  def tick(now: Long): Long =
    val sinceMs = (now - at.getOrElse(now - tickMs)).max(0)
    at = Some(now)
    workedMs += sinceMs.min(tickMs)
    longestMs = longestMs.max(sinceMs)
    if workedMs >= intervalMs.max(longestMs.min(SendingPace.MostHeldMs)) then
      rounds += 1
      readBack = 0
      workedMs = 0
      longestMs = 0
    rounds

object SendingPace:
  /** What a round reads back, and the rest of the last window: tenths of a second. */
  private val MessagesARound = 20_000L
  /** A thread that was stopped for longer has no more than this to do before others hear of it. */
  private val MostHeldMs = 2_000L

  def of(options: CountOptions): SendingPace =
    SendingPace(options.tickMs, options.tickMs * CountOptions.TicksAnInterval)
