package twitchstats.processor.side

import munit.FunSuite
import twitchstats.processor.count.Messages.message
import java.nio.charset.StandardCharsets.UTF_8

class OptOutsSpec extends FunSuite:
  private def bytes(text: String) = text.getBytes(UTF_8)
  private def optedOut(records: (String, String | Null)*) =
    val optOuts = OptOuts()
    records.foreach((key, value) =>
      optOuts.update(bytes(key), if value == null then null else bytes(value))
    )
    optOuts

  private val everywhere = """{"user_id":"u1","username":"x","channel_id":null,"at":1}"""

  test("a user who opted out is left alone everywhere, others are not"):
    val optOuts = optedOut("u1" -> everywhere)
    assert(
      optOuts(message(1, channel = "a")) && optOuts(message(2, channel = "b"))
    )
    assert(!optOuts(message(3, user = "u2")))

  test("of one channel only"):
    val optOuts = optedOut("u1" -> """{"user_id":"u1","channel_id":"a","at":1}""")
    assert(optOuts(message(1, channel = "a")))
    assert(!optOuts(message(1, channel = "b")))

  test("a null withdraws it"):
    assert(!optedOut("u1" -> everywhere, "u1" -> null)(message(1)))

  test("what is known has one number, in whatever order it came, and 0 when it is nothing"):
    val (a, b) = ("u1" -> everywhere, "u2" -> everywhere.replace("u1", "u2"))
    assertEquals(optedOut(a, b, a).known, optedOut(b, a).known)
    assertNotEquals(optedOut(a).known, optedOut(a, b).known)
    assertEquals(optedOut(a, "u1" -> null, "u9" -> null).known, 0L)

  test("one that cannot be read holds everywhere"):
    assert(optedOut("u1" -> "{")(message(1)))
