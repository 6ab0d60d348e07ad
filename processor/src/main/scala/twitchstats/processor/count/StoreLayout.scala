package twitchstats.processor.count

import java.nio.ByteBuffer
import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays

/** Keys and small values of the one state store. A first byte tells the kinds apart, so one
  * changelog and one cache serve all of them:
  *
  *   - `c` channel, window start, chunk number → a chunk of summaries
  *   - `w` channel, window start → [[WindowMeta]]
  *   - `n` channel → start of its newest window
  *   - `p` → [[OptedOut.known]] when the windows were last looked through for them
  *   - `s` → the size of the windows, in milliseconds
  *
  * Channels are length-prefixed, numbers big-endian: keys of one window are neighbours, in order.
  */
object StoreLayout:
  private val ChunkKind: Byte = 'c'
  private val WindowKind: Byte = 'w'
  private val NewestKind: Byte = 'n'
  /** Not next to the kind before: the bounds of a range belong to it. */
  val OptOutsKey: Array[Byte] = Array('p'.toByte)
  val WindowSizeKey: Array[Byte] = Array('s'.toByte)

  def chunkKey(window: WindowKey, number: Int): Array[Byte] =
    key(ChunkKind, window.channelId, 12)(_.putLong(window.start).putInt(number))

  def chunkNumber(key: Array[Byte]): Int = ByteBuffer.wrap(key).getInt(key.length - 4)

  def windowKey(window: WindowKey): Array[Byte] =
    key(WindowKind, window.channelId, 8)(_.putLong(window.start))

  def newestKey(channelId: String): Array[Byte] = key(NewestKind, channelId, 0)(identity)

  /** Bounds of all window keys, from `after` on when it is given. */
  def windowKeys(after: Option[Array[Byte]]): (Array[Byte], Array[Byte]) =
    // A zero appended is the smallest key beyond.
    val from = after.fold(Array(WindowKind))(key => Arrays.copyOf(key, key.length + 1))
    (from, Array((WindowKind + 1).toByte))

  /** Bounds of all keys of newest windows. */
  def newestKeys: (Array[Byte], Array[Byte]) = (Array(NewestKind), Array((NewestKind + 1).toByte))

  def channel(key: Array[Byte]): String =
    String(key, 3, ByteBuffer.wrap(key).getShort(1) & 0xffff, UTF_8)

  def window(key: Array[Byte]): WindowKey =
    WindowKey(channel(key), ByteBuffer.wrap(key).getLong(key.length - 8))

  def long(value: Long): Array[Byte] = ByteBuffer.allocate(8).putLong(value).array
  def long(bytes: Array[Byte]): Long = ByteBuffer.wrap(bytes).getLong

  private def key(kind: Byte, channelId: String, extra: Int)(
      more: ByteBuffer => ByteBuffer
  ): Array[Byte] =
    val channel = channelId.getBytes(UTF_8)
    val out = ByteBuffer.allocate(3 + channel.length + extra)
    more(out.put(kind).putShort(channel.length.toShort).put(channel)).array

/** @param updatedAt
  *   epoch milliseconds by the processor's clock of the last change of phase
  */
final case class WindowMeta(phase: WindowMeta.Phase, updatedAt: Long):
  def toBytes: Array[Byte] =
    ByteBuffer.allocate(9).put(phase.ordinal.toByte).putLong(updatedAt).array

object WindowMeta:
  /** Dirty: counted and perhaps not sent, so a restart sends it. Expired: its counts are gone.
    * SentWithoutCoverage: sent before it was known how much of it was heard.
    */
  enum Phase:
    case Sent, Dirty, Expired, SentWithoutCoverage

    def isSent: Boolean = this == Sent || this == SentWithoutCoverage

  def read(bytes: Array[Byte]): WindowMeta =
    val in = ByteBuffer.wrap(bytes)
    WindowMeta(Phase.fromOrdinal(in.get()), in.getLong())
