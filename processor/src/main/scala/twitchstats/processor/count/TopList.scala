package twitchstats.processor.count

/** The ten largest counts, exact, kept while counting: largest count first, then smallest key.
  *
  * Counts only grow, so a key can enter only on its own increment; nothing outside the list need be
  * remembered by name.
  */
final class TopList(limit: Int = TopList.Limit):
  private val entries = new Array[TopList.Entry](limit)
  private var length = 0

  def toList: List[TopList.Entry] = entries.iterator.take(length).toList

  /** `count` is the key's new count, `label` the name it goes by now. */
  def update(key: String, label: String, count: Long): Unit =
    var at = indexOf(key)
    if at < 0 && (length < limit || isBefore(count, key, entries(length - 1))) then
      if length < limit then length += 1
      at = length - 1
      // Strings of a decoded message are small; the message itself is not held.
      entries(at) = TopList.Entry(key, label, count)
    else if at >= 0 then entries(at) = TopList.Entry(key, label, count)
    if at >= 0 then raise(at)

  private def raise(from: Int): Unit =
    var at = from
    while at > 0 && isBefore(entries(at).count, entries(at).key, entries(at - 1)) do
      val moved = entries(at)
      entries(at) = entries(at - 1)
      entries(at - 1) = moved
      at -= 1

  private def indexOf(key: String): Int =
    var i = 0
    while i < length && entries(i).key != key do i += 1
    if i < length then i else -1

  private def isBefore(count: Long, key: String, other: TopList.Entry): Boolean =
    count > other.count || count == other.count && key.compareTo(other.key) < 0

object TopList:
  val Limit = 10

  /** `label` is the username of a user id, and the code itself of an emote. */
  final case class Entry(key: String, label: String, count: Long)
