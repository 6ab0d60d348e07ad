package twitchstats.processor.archive

import java.util

/** Which name/id pairs were written by this process: a pair is written when first seen or changed.
  * Bounded; a forgotten one is merely written again.
  */
final class ChannelNames(limit: Int = 100_000):
  private val ids = new util.LinkedHashMap[String, String](64, 0.75f, true):
    override def removeEldestEntry(eldest: util.Map.Entry[String, String]): Boolean = size > limit

  def isKnown(name: String, channelId: String): Boolean = ids.get(name) == channelId

  def remember(name: String, channelId: String): Unit = ids.put(name, channelId): Unit
