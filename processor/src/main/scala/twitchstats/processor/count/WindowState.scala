package twitchstats.processor.count

/** One channel's window. `start` is epoch milliseconds, a multiple of the window size. */
final case class WindowKey(channelId: String, start: Long)

object WindowKey:
  /** Of the window that holds the time, epoch milliseconds. */
  def startOf(at: Long, sizeMs: Long): Long = Math.floorDiv(at, sizeMs) * sizeMs

/** Everything counted in one window, exact: the fold of [[add]] over its distinct messages, the
  * same in any order. One thread.
  *
  * @param deduplicate
  *   false trusts the log to hold no message twice
  */
final class WindowState(val key: WindowKey, memory: TableMemory, deduplicate: Boolean):
  private val ids = CountTable(memory, keepsCounts = false)
  private val users = CountTable(memory)
  private val emotes = CountTable(memory)
  private val topUsers = TopList()
  private val topEmotes = TopList()
  private var messages, lastAt = 0L
  private var name = key.channelId
  private var nameAt, nameIdHigh, nameIdLow = Long.MinValue

  /** Changed since it was shown on `channel-stats`. */
  var isDirty = false

  /** Changed since it was written to the history, and when that was (epoch milliseconds). */
  var isUnwritten = false
  var writtenAtMs = 0L

  /** When it was opened or shown last, epoch milliseconds. */
  var usedAtMs = 0L

  /** Sent while nothing was known of its coverage. */
  var lacksCoverage = false

  /** When the newest record in it reached the log, epoch milliseconds. */
  var newestArrivalMs = 0L

  /** What is appended to, and its number; a window read back begins a new one. */
  var chunk = ChunkWriter(key.start)
  var chunkNumber = 0

  /** False when the message was counted before. */
  def add(s: Summary, identity: Identity): Boolean =
    val isNew = !deduplicate || ids.increment(s.idHigh, s.idLow) == 1
    if isNew then
      messages += 1
      if s.timestamp > lastAt then lastAt = s.timestamp
      takeName(s)
      identity.set(s.userId)
      topUsers.update(s.userId, s.username, users.increment(identity.high, identity.low))
      s.emotes.foreach: emote =>
        identity.set(emote)
        topEmotes.update(emote, emote, emotes.increment(identity.high, identity.low))
    isNew

  def heapBytes: Long =
    ids.heapBytes + users.heapBytes + emotes.heapBytes + WindowState.FixedBytes

  /** Gives the memory of its tables back; it cannot be used any more. */
  def free(): Unit =
    ids.free()
    users.free()
    emotes.free()

  def messageCount: Long = messages

  def channelName: String = name

  /** Whether one of its top chatters is such a user id. */
  def names(isSuch: String => Boolean): Boolean = topUsers.toList.exists(e => isSuch(e.key))

  /** @param isHidden
    *   user ids that are counted and not named
    */
  def stats(
      windowSizeMs: Long,
      updatedAt: Long,
      coverage: Option[Double],
      isHidden: String => Boolean = _ => false
  ): ChannelStats =
    ChannelStats(
      channelId = key.channelId,
      channelName = name,
      messageCount = messages,
      windowStart = key.start,
      windowEnd = key.start + windowSizeMs,
      windowDurationSeconds = (windowSizeMs / 1000).toInt,
      uniqueChatters = users.size,
      topEmotes = topEmotes.toList.map(e => EmoteCount(e.key, e.count)),
      topChatters = topUsers.toList.collect:
        case e if !isHidden(e.key) => ChatterCount(e.key, e.label, e.count)
      ,
      coverage = coverage,
      lastMessageAt = lastAt,
      updatedAt = updatedAt
    )

  /** The name in the newest message wins; equal times are settled by id, so order never matters. */
  private def takeName(s: Summary): Unit =
    val isNewer = s.timestamp > nameAt || s.timestamp == nameAt &&
      (s.idHigh > nameIdHigh || s.idHigh == nameIdHigh && s.idLow > nameIdLow)
    if isNewer then
      name = s.channelName
      nameAt = s.timestamp
      nameIdHigh = s.idHigh
      nameIdLow = s.idLow

object WindowState:
  /** Three small tables' objects, two lists, a chunk: measured, rounded up. */
  private val FixedBytes = 4096L
