package twitchstats.processor.count

import twitchstats.processor.message.ChatMessage

/** What a window must remember of a message: everything it counts, nothing of the text. */
final case class Summary(
    idHigh: Long,
    idLow: Long,
    timestamp: Long,
    channelName: String,
    userId: String,
    username: String,
    emotes: List[String]
)

object Summary:
  def of(m: ChatMessage): Summary =
    Summary(
      m.messageId.getMostSignificantBits,
      m.messageId.getLeastSignificantBits,
      m.timestamp,
      m.channelName,
      m.userId,
      m.username,
      m.emotes
    )
