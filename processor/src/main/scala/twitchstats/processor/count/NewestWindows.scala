package twitchstats.processor.count

import java.util

/** Each channel's newest window: the only one `channel-stats` may show, also after a restore and
  * after that window's own counts expired. Kept in the store, remembered for busy channels.
  */
final class NewestWindows(remembered: Int = 50_000):
  private val starts = new util.LinkedHashMap[String, Long](64, 0.75f, true):
    override def removeEldestEntry(eldest: util.Map.Entry[String, Long]): Boolean =
      size > remembered

  def offer(window: WindowKey, store: WindowStore): Unit =
    if start(window.channelId, store).forall(window.start > _) then
      store.putNewest(window.channelId, window.start)
      starts.put(window.channelId, window.start): Unit

  def isNewest(window: WindowKey, store: WindowStore): Boolean =
    start(window.channelId, store).forall(window.start >= _)

  private def start(channelId: String, store: WindowStore): Option[Long] =
    if starts.containsKey(channelId) then Some(starts.get(channelId))
    else
      val stored = store.newest(channelId)
      stored.foreach(starts.put(channelId, _))
      stored
