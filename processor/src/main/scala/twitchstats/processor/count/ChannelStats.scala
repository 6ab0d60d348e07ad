package twitchstats.processor.count

import com.github.plokhotnyuk.jsoniter_scala.core.*
import com.github.plokhotnyuk.jsoniter_scala.macros.{CodecMakerConfig, JsonCodecMaker}

final case class EmoteCount(emote: String, count: Long)
final case class ChatterCount(userId: String, username: String, count: Long)

/** One window of one channel, as `channel-stats` and `channel-window-stats` carry it (DESIGN §2).
  * Times are epoch milliseconds; `windowEnd` is exclusive; `coverage` is the part of the window
  * that was heard, 0 to 1, and is absent while unknown.
  */
final case class ChannelStats(
    channelId: String,
    channelName: String,
    messageCount: Long,
    windowStart: Long,
    windowEnd: Long,
    windowDurationSeconds: Int,
    uniqueChatters: Long,
    topEmotes: List[EmoteCount],
    topChatters: List[ChatterCount],
    coverage: Option[Double],
    lastMessageAt: Long,
    updatedAt: Long
):
  def toJson: Array[Byte] = writeToArray(this)(using ChannelStats.codec)

object ChannelStats:
  private given codec: JsonValueCodec[ChannelStats] = JsonCodecMaker.make(
    CodecMakerConfig
      .withFieldNameMapper(JsonCodecMaker.enforce_snake_case)
      .withTransientEmpty(false)
  )

  def fromJson(json: Array[Byte]): ChannelStats = readFromArray[ChannelStats](json)
