package twitchstats.processor.count

import org.scalacheck.Gen
import twitchstats.processor.message.ChatMessage
import java.nio.charset.StandardCharsets.UTF_8
import java.util.UUID

/** Messages for tests: few channels, users and emotes, so that they meet. */
object Messages:
  val Base = 1_784_030_400_000L
  val WindowMs = 600_000L

  def message(
      number: Int,
      channel: String = "c1",
      user: String = "u1",
      at: Long = Base,
      emotes: List[String] = Nil
  ): ChatMessage =
    val id = UUID.nameUUIDFromBytes(number.toString.getBytes(UTF_8))
    ChatMessage(channel, s"name-of-$channel", id, user, s"login-of-$user", "hello", at, emotes)

  /** Of three windows and channels; numbers, and so ids, are distinct. */
  val distinct: Gen[List[ChatMessage]] =
    for
      size <- Gen.choose(0, 60)
      messages <- Gen.sequence[List[ChatMessage], ChatMessage]((1 to size).map(one))
    yield messages

  private def one(number: Int): Gen[ChatMessage] =
    for
      channel <- Gen.oneOf("c1", "c2", "c3")
      user <- Gen.choose(1, 15).map(n => s"u$n")
      at <- Gen.choose(Base, Base + 3 * WindowMs - 1)
      emotes <- Gen.listOf(Gen.oneOf("Kappa", "Pog", "LUL", "PJSalt")).map(_.take(4))
    yield message(number, channel, user, at, emotes)

  def json(m: ChatMessage): Array[Byte] =
    val emotes = m.emotes.map(e => s"\"$e\"").mkString("[", ",", "]")
    (s"""{"channel_id":"${m.channelId}","channel_name":"${m.channelName}",""" +
      s""""message_id":"${m.messageId}","user_id":"${m.userId}","username":"${m.username}",""" +
      s""""message":"${m.text}","timestamp":${m.timestamp},"emotes":$emotes}""").getBytes(UTF_8)

  /** What a window must say, by the plainest means. `updatedAt` is left at 0. */
  def fold(messages: List[ChatMessage]): Map[WindowKey, ChannelStats] =
    messages
      .distinctBy(_.messageId)
      .groupBy(m => WindowKey(m.channelId, Math.floorDiv(m.timestamp, WindowMs) * WindowMs))
      .map: (window, of) =>
        window -> ChannelStats(
          window.channelId,
          s"name-of-${window.channelId}",
          of.size,
          window.start,
          window.start + WindowMs,
          (WindowMs / 1000).toInt,
          of.map(_.userId).distinct.size,
          top(of.flatMap(_.emotes)).map(EmoteCount(_, _)),
          top(of.map(_.userId)).map((user, n) => ChatterCount(user, s"login-of-$user", n)),
          None,
          of.map(_.timestamp).max,
          updatedAt = 0
        )

  private def top(keys: List[String]): List[(String, Long)] =
    keys
      .groupBy(identity)
      .toList
      .map((key, all) => (key, all.size.toLong))
      .sortBy((key, count) => (-count, key))
      .take(10)
