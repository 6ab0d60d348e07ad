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
    text.length == 36 && (0 until 36).forall: i =>
      if i == 8 || i == 13 || i == 18 || i == 23 then text.charAt(i) == '-'
      else Character.digit(text.charAt(i), 16) >= 0 && text.charAt(i) < 128

/** Where a record lies in the log. Prints as `topic-partition-offset`. */
final case class RecordPlace(topic: String, partition: Int, offset: Long):
  override def toString: String = s"$topic-$partition-$offset"
