package twitchstats.processor.message

import java.nio.charset.StandardCharsets.UTF_8
import java.util.UUID

/** One chat message that counts and is archived. `timestamp` is epoch milliseconds. */
final case class ChatMessage(
    channelId: String,
    channelName: String,
    messageId: UUID,
    userId: String,
    username: String,
    text: String,
    timestamp: Long,
    emotes: List[String]
)

object MessageId:
  /** A canonical UUID as it is, any other text as a name-based UUID, nothing as one of its place in
    * the log: so a redelivery is the same row and is counted once (DESIGN, contract).
    */
  def of(text: String | Null, place: RecordPlace): UUID =
    if text == null || text.isEmpty then UUID.nameUUIDFromBytes(place.toString.getBytes(UTF_8))
    else if isCanonical(text) then UUID.fromString(text)
    else UUID.nameUUIDFromBytes(text.getBytes(UTF_8))

  /** `UUID.fromString` also takes "1-1-1-1-1", which would make different texts one id. */
  private def isCanonical(text: String): Boolean =
    text.length == 36 && {
      var i = 0
      while i < 36 && isCanonical(text.charAt(i), i) do i += 1
      i == 36
    }

  private def isCanonical(char: Char, at: Int): Boolean =
    if at == 8 || at == 13 || at == 18 || at == 23 then char == '-'
    else char >= '0' && char <= '9' || char >= 'a' && char <= 'f' || char >= 'A' && char <= 'F'

/** Where a record lies in the log. Prints as `topic-partition-offset`. */
final case class RecordPlace(topic: String, partition: Int, offset: Long):
  override def toString: String = s"$topic-$partition-$offset"
