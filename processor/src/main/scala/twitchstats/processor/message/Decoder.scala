package twitchstats.processor.message

import com.github.plokhotnyuk.jsoniter_scala.core.{JsonReaderException, ReaderConfig, readFromArray}
import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays

/** Tells messages from dead letters, for both roles alike: what is counted is what is archived.
  *
  * Rules: JSON object in UTF-8 with the contract's six fields, ids not empty, key equal
  * to `channel_id`, a timestamp from 0 to a day ahead, nothing longer than [[Limits]], no NUL and
  * no half of a surrogate pair. `emotes` may be missing or null and then is empty; an empty text is
  * a text; unknown fields are ignored.
  */
object Decoder:
  /** How far ahead of the log's clock a message may be: a day. */
  val MaxAheadMs: Long = 24L * 60 * 60 * 1000

  object Limits:
    /** UTF-16 units. Twitch sends 500 at most; a partition key of Cassandra ends at 64 KiB. */
    val TextLength = 65_536
    val NameLength = 256
    val Emotes = 100

  private val readerConfig =
    ReaderConfig
      .withAppendHexDumpToParseException(false)
      .withThrowReaderExceptionWithStackTrace(false)

  /** @param referenceMs
    *   the clock "ahead" is measured by. Both roles pass the broker's time of the record where it
    *   stamps records itself, so they agree whenever they read it.
    */
  def decode(
      key: Array[Byte] | Null,
      value: Array[Byte] | Null,
      place: RecordPlace,
      referenceMs: Long
  ): Either[DeadLetter, ChatMessage] =
    if value == null || value.length == 0 then dead(DeadLetterClass.EmptyValue, "no value")
    else
      try judge(readFromArray(value, readerConfig)(using RawMessageCodec), key, place, referenceMs)
      catch case broken: JsonReaderException => Left(unreadable(broken, value))

  private def judge(
      raw: RawMessage,
      key: Array[Byte] | Null,
      place: RecordPlace,
      referenceMs: Long
  ): Either[DeadLetter, ChatMessage] =
    if !raw.isObject then dead(DeadLetterClass.NotAnObject, "the value is not a JSON object")
    else if raw.wrongType != null then
      dead(DeadLetterClass.WrongType, s"${raw.wrongType} has the wrong type")
    else if isBlank(raw.channelId) then missing("channel_id")
    else if isBlank(raw.userId) then missing("user_id")
    else if isBlank(raw.username) then missing("username")
    else if raw.text == null then missing("message")
    else if raw.timestamp.isEmpty then missing("timestamp")
    else judge(message(raw, place), key, referenceMs)

  private def message(raw: RawMessage, place: RecordPlace): ChatMessage =
    val channelId = raw.channelId.nn
    ChatMessage(
      channelId,
      channelName = if isBlank(raw.channelName) then channelId else raw.channelName.nn,
      messageId = MessageId.of(raw.messageId, place),
      raw.userId.nn,
      raw.username.nn,
      raw.text.nn,
      raw.timestamp.get,
      raw.emotes
    )

  private def judge(
      m: ChatMessage,
      key: Array[Byte] | Null,
      referenceMs: Long
  ): Either[DeadLetter, ChatMessage] =
    if m.timestamp < 0 then
      dead(DeadLetterClass.NegativeTimestamp, s"timestamp ${m.timestamp} is before 1970")
    else if m.timestamp > referenceMs + MaxAheadMs then
      dead(DeadLetterClass.FutureTimestamp, s"timestamp ${m.timestamp} is over a day ahead")
    else if key == null then dead(DeadLetterClass.NullKey, "the record has no key")
    else if !Arrays.equals(key, m.channelId.getBytes(UTF_8)) then
      dead(DeadLetterClass.KeyMismatch, "the key is not the channel_id")
    else if m.emotes.lengthCompare(Limits.Emotes) > 0 then
      dead(DeadLetterClass.TooManyEmotes, s"more than ${Limits.Emotes} emotes")
    else if isFine(m) then Right(m)
    else badText(m).toLeft(m)

  private def isFine(m: ChatMessage): Boolean =
    fits(m.text, Limits.TextLength) && fits(m.channelId) && fits(m.channelName) &&
      fits(m.userId) && fits(m.username) && m.emotes.forall(fits(_))

  private def fits(text: String, limit: Int = Limits.NameLength): Boolean =
    text.length <= limit && text.indexOf(0) < 0

  /** Which text is not fine, and why. */
  private def badText(m: ChatMessage): Option[DeadLetter] =
    check("message", m.text, Limits.TextLength)
      .orElse(check("channel_id", m.channelId, Limits.NameLength))
      .orElse(check("channel_name", m.channelName, Limits.NameLength))
      .orElse(check("user_id", m.userId, Limits.NameLength))
      .orElse(check("username", m.username, Limits.NameLength))
      .orElse(m.emotes.collectFirst(Function.unlift(check("emotes", _, Limits.NameLength))))

  private def check(field: String, text: String, limit: Int): Option[DeadLetter] =
    if text.length > limit then
      Some(DeadLetter(DeadLetterClass.FieldTooLong, s"$field is longer than $limit"))
    else if text.indexOf(0) >= 0 then
      Some(DeadLetter(DeadLetterClass.NulCharacter, s"$field contains NUL"))
    else None

  /** The parser tells malformed text by its words alone; a spec holds them. */
  private def unreadable(broken: JsonReaderException, value: Array[Byte]): DeadLetter =
    val said = String.valueOf(broken.getMessage)
    val reason =
      if said.startsWith("illegal") && Surrogates.hasLone(value) then DeadLetterClass.LoneSurrogate
      else if said.startsWith("malformed byte") then DeadLetterClass.InvalidUtf8
      else DeadLetterClass.BrokenJson
    DeadLetter(reason, said)

  private def isBlank(text: String | Null): Boolean = text == null || text.isEmpty
  private def missing(field: String) = dead(DeadLetterClass.MissingField, s"$field is missing")
  private def dead(reason: DeadLetterClass, detail: String) = Left(DeadLetter(reason, detail))
