package twitchstats.processor.count

import java.nio.charset.StandardCharsets.UTF_8
import java.security.MessageDigest
import java.util

/** 128 bits that stand for a user or an emote in a [[CountTable]], so a flood of long names costs
  * no more than one of short ones. Mutable and reused, since one is made for every message: `set`,
  * then read `high` and `low`. One thread.
  */
final class Identity:
  private val digest = MessageDigest.getInstance("SHA-256")
  /** Of the texts that were used last: a few emotes are most of what is said. */
  private val hashes = new util.LinkedHashMap[String, Array[Byte]](64, 0.75f, true):
    override def removeEldestEntry(eldest: util.Map.Entry[String, Array[Byte]]): Boolean =
      size > Identity.Remembered
  private var highBits, lowBits = 0L

  def high: Long = highBits
  def low: Long = lowBits

  /** Twitch's ids are numbers and stand for themselves; anything else is hashed. */
  def set(text: String): this.type =
    if isPlainNumber(text) then
      highBits = Identity.NumberMark
      lowBits = java.lang.Long.parseLong(text)
    else
      var hash = hashes.get(text)
      if hash == null then
        hash = digest.digest(text.getBytes(UTF_8))
        hashes.put(text, hash)
      highBits = bits(hash, 0)
      lowBits = bits(hash, 8)
    this

  /** "007" is not the user "7". */
  private def isPlainNumber(text: String): Boolean =
    val length = text.length
    length > 0 && length <= 18 && (length == 1 || text.charAt(0) != '0') && {
      var i = 0
      while i < length && text.charAt(i) >= '0' && text.charAt(i) <= '9' do i += 1
      i == length
    }

  private def bits(bytes: Array[Byte], from: Int): Long =
    var value = 0L
    var i = from
    while i < from + 8 do
      value = value << 8 | bytes(i) & 0xff
      i += 1
    value

object Identity:
  private val Remembered = 2_000
  private val NumberMark = 0x6e756d6265720001L
