package twitchstats.processor.message

import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.*
import java.nio.charset.StandardCharsets.UTF_8
import java.util.UUID

class DecoderSpec extends ScalaCheckSuite:
  private val now = 1_784_030_400_501L
  private val place = RecordPlace("chat", 2, 77)
  private val id = "0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11"

  private val fields = Map(
    "channel_id" -> "\"40934651\"",
    "channel_name" -> "\"some_channel\"",
    "message_id" -> s"\"$id\"",
    "user_id" -> "\"10203040\"",
    "username" -> "\"some_viewer\"",
    "message" -> "\"Hello Kappa\"",
    "timestamp" -> now.toString,
    "emotes" -> "[\"Kappa\"]"
  )

  private def json(changes: (String, String)*) =
    (fields ++ changes).filter(_._2.nonEmpty).map((k, v) => s"\"$k\":$v").mkString("{", ",", "}")

  private def decode(value: String, key: String | Null = "40934651") =
    Decoder.decode(
      if key == null then null else key.getBytes(UTF_8),
      value.getBytes(UTF_8),
      place,
      now
    )

  private def reason(result: Either[DeadLetter, ChatMessage]) =
    result.left.map(_.reason).left.toOption

  test("the contract's example"):
    assertEquals(
      decode(json()),
      Right(
        ChatMessage(
          "40934651",
          "some_channel",
          UUID.fromString(id),
          "10203040",
          "some_viewer",
          "Hello Kappa",
          now,
          List("Kappa")
        )
      )
    )

  test("six fields are a message: the name falls back to the id, the id to the place in the log"):
    val six = decode(json("channel_name" -> "", "message_id" -> "")).toOption.get
    assertEquals(six.channelName, "40934651")
    assertEquals(six.messageId, UUID.nameUUIDFromBytes("chat-2-77".getBytes(UTF_8)))

  test("a message_id that is no UUID becomes one of its own name"):
    def idOf(text: String) = decode(json("message_id" -> s"\"$text\"")).toOption.get.messageId
    assertEquals(idOf("abc"), UUID.nameUUIDFromBytes("abc".getBytes(UTF_8)))
    assertEquals(idOf(id.toUpperCase), UUID.fromString(id))
    assertNotEquals(idOf("1-1-1-1-1"), UUID.fromString("1-1-1-1-1"))

  test("text is taken character by character"):
    val text = "\\ud83d\\ude00 \u00e9 \\u0001 \\\"q\\\" \uD83D\uDE80"
    assertEquals(
      decode(json("message" -> s"\"$text\"")).map(_.text),
      Right("\uD83D\uDE00 é \u0001 \"q\" \uD83D\uDE80")
    )

  test("unknown fields, spaces, missing emotes and an empty text are fine"):
    assert(decode(json("x" -> "{\"y\":[1,null,\"}\"]}", "emotes" -> "")).isRight)
    assert(decode(" " + json("emotes" -> "null", "message" -> "\"\"") + "\n").isRight)

  private val dead = List(
    "cut short" -> json().dropRight(9) -> DeadLetterClass.BrokenJson,
    "two values" -> (json() + json()) -> DeadLetterClass.BrokenJson,
    "an array" -> "[1]" -> DeadLetterClass.NotAnObject,
    "null" -> "null" -> DeadLetterClass.NotAnObject,
    "no value" -> "" -> DeadLetterClass.EmptyValue,
    "a number as user" -> json("user_id" -> "5") -> DeadLetterClass.WrongType,
    "text as timestamp" -> json("timestamp" -> "\"5\"") -> DeadLetterClass.WrongType,
    "half a millisecond" -> json("timestamp" -> "1.5") -> DeadLetterClass.WrongType,
    "a timestamp beyond a long" -> json("timestamp" -> "1e30") -> DeadLetterClass.WrongType,
    "a number as emote" -> json("emotes" -> "[\"a\",1]") -> DeadLetterClass.WrongType,
    "an object as emotes" -> json("emotes" -> "{}") -> DeadLetterClass.WrongType,
    "no user" -> json("user_id" -> "") -> DeadLetterClass.MissingField,
    "null text" -> json("message" -> "null") -> DeadLetterClass.MissingField,
    "an empty channel" -> json("channel_id" -> "\"\"") -> DeadLetterClass.MissingField,
    "no timestamp" -> json("timestamp" -> "") -> DeadLetterClass.MissingField,
    "before 1970" -> json("timestamp" -> "-1") -> DeadLetterClass.NegativeTimestamp,
    "over a day ahead" -> json("timestamp" -> (now + 86_400_001).toString) ->
      DeadLetterClass.FutureTimestamp,
    "another channel" -> json("channel_id" -> "\"1\"") -> DeadLetterClass.KeyMismatch,
    "a text of 1 MiB" -> json("message" -> s"\"${"x" * (1 << 20)}\"") ->
      DeadLetterClass.FieldTooLong,
    "101 emotes" -> json("emotes" -> List.fill(101)("\"a\"").mkString("[", ",", "]")) ->
      DeadLetterClass.TooManyEmotes,
    "NUL" -> json("message" -> "\"a\\u0000b\"") -> DeadLetterClass.NulCharacter,
    "half a pair" -> json("message" -> "\"a\\ud83db\"") -> DeadLetterClass.LoneSurrogate,
    "a lone second half" -> json("username" -> "\"\\ude00\"") -> DeadLetterClass.LoneSurrogate
  )
  for ((name, value), expected) <- dead do
    test(s"dead letter: $name"):
      assertEquals(reason(decode(value)), Some(expected))

  test("dead letter: a null key"):
    assertEquals(reason(decode(json(), key = null)), Some(DeadLetterClass.NullKey))

  test("dead letter: bytes that are no UTF-8"):
    val bytes = json().getBytes(UTF_8)
    bytes(json().indexOf("Hello")) = 0xff.toByte
    val result = Decoder.decode("40934651".getBytes(UTF_8), bytes, place, now)
    assertEquals(reason(result), Some(DeadLetterClass.InvalidUtf8))

  test("a day ahead to the millisecond is a message"):
    assert(decode(json("timestamp" -> (now + 86_400_000).toString)).isRight)

  property("whatever the bytes, an answer and no exception"):
    val bytes = Gen.oneOf(
      Gen.listOf(Gen.choose(Byte.MinValue, Byte.MaxValue)).map(_.toArray),
      mutated
    )
    forAll(bytes): value =>
      val result = Decoder.decode("40934651".getBytes(UTF_8), value, place, now)
      result.isLeft || result.isRight

  property("any text that UTF-8 can carry comes through unchanged"):
    val text = Gen
      .listOf(Gen.oneOf(Gen.choose(1, 0xd7ff), Gen.choose(0xe000, 0x10ffff)))
      .map(_.map(Character.toString).mkString)
    forAll(text): text =>
      val escaped = text.flatMap:
        case c if c < ' ' => f"\\u${c.toInt}%04x"
        case c @ ('"' | '\\') => s"\\$c"
        case c => c.toString
      decode(json("message" -> s"\"$escaped\"")).map(_.text) == Right(text)

  /** A good message with a few bytes replaced, dropped or doubled. */
  private def mutated: Gen[Array[Byte]] =
    for
      cuts <- Gen.listOfN(3, Gen.choose(0, json().length - 1))
      bytes <- Gen.listOfN(3, Gen.choose(Byte.MinValue, Byte.MaxValue))
      kind <- Gen.choose(0, 2)
    yield cuts
      .zip(bytes)
      .foldLeft(json().getBytes(UTF_8)):
        case (value, (at, byte)) if at < value.length =>
          if kind == 0 then value.updated(at, byte)
          else if kind == 1 then value.patch(at, Nil, 1)
          else value.patch(at, Array(byte, byte), 0)
        case (value, _) => value
