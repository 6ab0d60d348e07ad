package twitchstats.processor.message

import com.github.plokhotnyuk.jsoniter_scala.core.*

/** What a JSON value says, before it is judged. Wrong types are noted, not thrown, so that broken
  * JSON (which cannot be repaired) and a wrong field (which can) stay apart.
  */
private[message] final class RawMessage:
  var isObject = true
  var wrongType: String | Null = null
  var channelId, channelName, messageId, userId, username, text: String | Null = null
  var timestamp: Option[Long] = None
  var emotes: List[String] = Nil

private[message] object RawMessageCodec extends JsonValueCodec[RawMessage]:
  override def nullValue: RawMessage = RawMessage()

  override def encodeValue(raw: RawMessage, out: JsonWriter): Unit =
    throw UnsupportedOperationException("only read")

  override def decodeValue(in: JsonReader, default: RawMessage): RawMessage =
    val raw = RawMessage()
    if in.isNextToken('{') then
      if !in.isNextToken('}') then
        in.rollbackToken()
        while
          readField(in, raw)
          in.isNextToken(',')
        do ()
        if !in.isCurrentToken('}') then in.objectEndOrCommaError()
    else
      raw.isObject = false
      in.rollbackToken()
      in.skip()
    raw

  private def readField(in: JsonReader, raw: RawMessage): Unit =
    val key = in.readKeyAsCharBuf()
    def is(name: String) = in.isCharBufEqualsTo(key, name)
    if is("channel_id") then raw.channelId = string(in, raw, "channel_id")
    else if is("channel_name") then raw.channelName = string(in, raw, "channel_name")
    else if is("message_id") then raw.messageId = string(in, raw, "message_id")
    else if is("user_id") then raw.userId = string(in, raw, "user_id")
    else if is("username") then raw.username = string(in, raw, "username")
    else if is("message") then raw.text = string(in, raw, "message")
    else if is("timestamp") then raw.timestamp = long(in, raw)
    else if is("emotes") then raw.emotes = emotes(in, raw)
    else in.skip()

  private def string(in: JsonReader, raw: RawMessage, field: String): String | Null =
    val token = in.nextToken()
    in.rollbackToken()
    if token == '"' then in.readString(null)
    else
      if token != 'n' then raw.wrongType = field
      in.skip()
      null

  private def long(in: JsonReader, raw: RawMessage): Option[Long] =
    val token = in.nextToken()
    in.rollbackToken()
    if token == '-' || token >= '0' && token <= '9' then
      val whole = digits(in).orElse(anyNumber(in))
      if whole.isEmpty then raw.wrongType = "timestamp"
      whole
    else
      if token != 'n' then raw.wrongType = "timestamp"
      in.skip()
      None

  /** As nearly every producer writes it. Otherwise None, and nothing is read. */
  private def digits(in: JsonReader): Option[Long] =
    in.setMark()
    try
      val number = in.readLong()
      in.resetMark()
      Some(number)
    catch
      case _: JsonReaderException =>
        in.rollbackToMark()
        None

  /** 1.7e12 is a whole number too. */
  private def anyNumber(in: JsonReader): Option[Long] =
    val number = in.readBigDecimal(null)
    Option.when(number.isValidLong)(number.toLong)

  private def emotes(in: JsonReader, raw: RawMessage): List[String] =
    val token = in.nextToken()
    if token == '[' then
      val codes = List.newBuilder[String]
      if !in.isNextToken(']') then
        in.rollbackToken()
        while
          val code = string(in, raw, "emotes")
          if code == null then raw.wrongType = "emotes" else codes += code
          in.isNextToken(',')
        do ()
        if !in.isCurrentToken(']') then in.arrayEndOrCommaError()
      codes.result()
    else
      in.rollbackToken()
      if token != 'n' then raw.wrongType = "emotes"
      in.skip()
      Nil
