package twitchstats.processor.count

import java.nio.ByteBuffer
import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays

/** Up to 64 message summaries as bytes: the durable truth of a window is a row of these.
  *
  * Append-only chunks cost one cached put a message; a put for each id, user and emote cost three
  * times the time of the whole count (DESIGN §4). Version 1: version, entry count, entries of id
  * (16 bytes), timestamp within the window, emotes, user id, username, channel name (empty = as
  * before); numbers are varints, strings length and UTF-8.
  */
final class ChunkWriter(windowStart: Long):
  private var bytes = new Array[Byte](512)
  private var end = 2
  private var entries = 0
  private var lastChannelName = ""

  /** Rounds of emission this chunk was open for. */
  var rounds = 0

  /** A chunk is rewritten with every commit that adds to it: closing slow ones early keeps what is
    * written in proportion to what was said.
    */
  def isFull: Boolean = entries >= Chunk.MaxEntries || end >= Chunk.MaxBytes || rounds >= 8

  def append(s: Summary): Unit =
    long(s.idHigh)
    long(s.idLow)
    varint(s.timestamp - windowStart)
    varint(s.emotes.length)
    s.emotes.foreach(string)
    string(s.userId)
    string(s.username)
    string(if s.channelName == lastChannelName then "" else s.channelName)
    lastChannelName = s.channelName
    entries += 1

  def toBytes: Array[Byte] =
    bytes(0) = Chunk.Version
    bytes(1) = entries.toByte
    Arrays.copyOf(bytes, end)

  private def ensure(more: Int): Unit =
    if end + more > bytes.length then
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more))

  private def long(value: Long): Unit =
    ensure(8)
    var shift = 56
    while shift >= 0 do
      bytes(end) = (value >>> shift).toByte
      end += 1
      shift -= 8

  private def varint(value: Long): Unit =
    ensure(10)
    var rest = value
    while (rest & ~0x7fL) != 0 do
      bytes(end) = (rest & 0x7f | 0x80).toByte
      end += 1
      rest >>>= 7
    bytes(end) = rest.toByte
    end += 1

  private def string(text: String): Unit =
    val utf8 = text.getBytes(UTF_8)
    varint(utf8.length)
    ensure(utf8.length)
    System.arraycopy(utf8, 0, bytes, end, utf8.length)
    end += utf8.length

object Chunk:
  val Version: Byte = 1
  val MaxEntries = 64
  val MaxBytes = 32 * 1024

  /** The summaries in the order they were counted. */
  def read(chunk: Array[Byte], windowStart: Long)(each: Summary => Unit): Unit =
    val in = ByteBuffer.wrap(chunk)
    val version = in.get()
    if version != Version then
      throw IllegalStateException(s"state of version $version was written by another release")
    val entries = in.get()
    var channelName = ""
    for _ <- 0 until entries do
      val (high, low) = (in.getLong(), in.getLong())
      val timestamp = windowStart + varint(in)
      val emotes = List.fill(varint(in).toInt)(string(in))
      val (userId, username, name) = (string(in), string(in), string(in))
      if name.nonEmpty then channelName = name
      each(Summary(high, low, timestamp, channelName, userId, username, emotes))

  private def varint(in: ByteBuffer): Long =
    var value = 0L
    var shift = 0
    var byte = in.get()
    while byte < 0 do
      value |= (byte & 0x7fL) << shift
      shift += 7
      byte = in.get()
    value | byte.toLong << shift

  private def string(in: ByteBuffer): String =
    val length = varint(in).toInt
    val text = String(in.array, in.position(), length, UTF_8)
    in.position(in.position() + length): Unit
    text
