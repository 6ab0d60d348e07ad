package twitchstats.processor.count

import munit.FunSuite
import org.apache.kafka.common.header.internals.RecordHeaders
import org.apache.kafka.streams.errors.StreamsException
import twitchstats.processor.count.Messages.{Base, WindowMs, message}
import twitchstats.processor.ops.Reasons
import java.nio.charset.StandardCharsets.UTF_8

class CountProcessorSpec extends FunSuite:
  private def header(harness: CountHarness, name: String) =
    String(harness.dead.last.headers.lastHeader(s"dead-letter.$name").value, UTF_8)

  test("a message is counted once, however often it comes"):
    val harness = CountHarness()
    List(1, 2, 1, 1, 2).foreach(n => harness.send(message(n)))
    harness.emit()
    assertEquals(harness.stats.map(_.messageCount).toList, List(2L))

  test("windows of another size are not mixed with those that were counted"):
    val harness = CountHarness()
    harness.send(message(1))
    val wrong = intercept[UnfitState](harness.restart(windowMs = 3_600_000))
    assert(wrong.getMessage.contains("of 600 s, and WINDOW_SIZE_SECONDS is 3600"), wrong.getMessage)
    assert(Reasons.isRefusal(StreamsException(wrong)))
    harness.restart()
    harness.send(message(2))
    harness.emit()
    assertEquals(harness.stats.last.messageCount, 2L)

  test("without deduplication the log is believed"):
    val harness = CountHarness(deduplicate = false)
    List(1, 2, 1).foreach(n => harness.send(message(n)))
    harness.emit()
    assertEquals(harness.stats.last.messageCount, 3L)

  test("many messages between two emissions are one update a channel, on both topics"):
    val harness = CountHarness()
    for n <- 1 to 1000 do harness.send(message(n, channel = s"c${n % 4}"))
    harness.emit()
    harness.emit()
    assertEquals(harness.stats.size, 4)
    assertEquals(harness.windows.map(_._1).toSet, (0 to 3).map(c => s"c$c:$Base").toSet)

  test("a thread that was held up works on records before it sends again"):
    val harness = CountHarness()
    harness.send(message(1))
    harness.emit()
    // A commit of a second: the ticks it took are missed, and it has as long for records.
    harness.now += 950
    for n <- 2 to 20 do
      harness.send(message(n))
      harness.tick()
    assertEquals(harness.stats.map(_.messageCount).toList, List(1L))
    harness.tick()
    assertEquals(harness.stats.map(_.messageCount).toList, List(1L, 20L))

  test("the history of a window is written once an interval, with all that was counted in it"):
    val harness = CountHarness(historyIntervalMs = 700)
    for n <- 1 to 5 do
      harness.send(message(n))
      harness.emit()
      harness.now += 100
    harness.now += 1000
    harness.emit()
    harness.emit()
    assertEquals(harness.stats.map(_.messageCount).toList, List(1L, 2L, 3L, 4L, 5L))
    assertEquals(harness.windows.map(_._2.messageCount).toList, List(1L, 4L, 5L))

  test("what was shown and not yet written at a crash is written after it"):
    val harness = CountHarness(historyIntervalMs = 1000)
    harness.send(message(1))
    harness.emit()
    harness.send(message(2))
    harness.emit()
    harness.restart()
    harness.emit()
    assertEquals(harness.windows.map(_._2.messageCount).toList, List(1L, 2L))

  test("what a transaction that was aborted had counted is counted when its task is revived"):
    val harness = CountHarness()
    harness.send(message(1))
    harness.emit()
    val committed = harness.stored
    harness.send(message(2))
    harness.emit()
    harness.revive(committed)
    harness.send(message(2))
    harness.emit()
    assertEquals(harness.stats.last.messageCount, 2L)
    harness.restart()
    harness.send(message(3))
    harness.emit()
    assertEquals(harness.stats.last.messageCount, 3L)

  test("what was scheduled ends with the processor: a revived task schedules anew"):
    val harness = CountHarness()
    assertEquals(harness.scheduled, 2)
    harness.processor.close()
    assertEquals(harness.scheduled, 0)

  test("windows that only duplicates open leave memory again"):
    val metrics = InMemory()
    val harness = CountHarness(memoryBytes = 0, metrics = metrics)
    val messages = (1 to 50).map(n => message(n, at = Base + n * WindowMs))
    messages.foreach(harness.send)
    harness.emit()
    harness.restart()
    messages.foreach(harness.send)
    harness.emit()
    assertEquals(metrics.windows.toList, List(0, 0))

  test("a partition where nothing is said any more lets its windows go"):
    val metrics = InMemory()
    val harness = CountHarness(metrics = metrics)
    harness.send(message(1))
    harness.emit()
    assertEquals(metrics.windows.toList, List(1))
    harness.now += 2 * WindowMs
    harness.emit()
    harness.expire()
    assertEquals(metrics.windows.toList, List(1, 0))

  test("a late message corrects its own window, and channel-stats stays at the newest"):
    val harness = CountHarness()
    harness.send(message(1, at = Base + WindowMs))
    harness.emit()
    harness.send(message(2, at = Base))
    harness.emit()
    assertEquals(harness.stats.map(_.windowStart).toList, List(Base + WindowMs))
    assertEquals(harness.windows.last._2.windowStart, Base)

  test("channel-stats does not step back after a restart either"):
    val harness = CountHarness()
    harness.send(message(1, at = Base + WindowMs))
    harness.emit()
    harness.restart()
    harness.send(message(2, at = Base))
    harness.emit()
    assertEquals(harness.stats.map(_.windowStart).toSet, Set(Base + WindowMs))

  test("chat of 2019 is counted beside live chat"):
    val harness = CountHarness()
    harness.send(message(1, channel = "live"))
    harness.send(message(2, channel = "old", at = 1_550_000_000_000L))
    harness.send(message(3, channel = "live"))
    harness.emit()
    assertEquals(
      harness.stats.map(s => s.channelId -> s.messageCount).toMap,
      Map("live" -> 2L, "old" -> 1L)
    )

  test("what was counted but not sent at a crash is sent after it"):
    val harness = CountHarness()
    harness.send(message(1))
    harness.restart()
    harness.emit()
    assertEquals(harness.stats.map(_.messageCount).toList, List(1L))
    harness.restart()
    harness.emit()
    assertEquals(harness.stats.size, 1, "sent already")

  test("a window expires a day after its last update, and takes its state with it"):
    val harness = CountHarness(retentionMs = 1000)
    for n <- 1 to 200 do harness.send(message(n))
    harness.emit()
    val before = harness.storeSize
    harness.now += 1000
    harness.expire()
    assertEquals(harness.storeSize, before, "not yet")
    harness.now += 1
    harness.expire()
    assertEquals(harness.storeSize, 3, "the mark, the newest window and the size remain")
    harness.now += Expiry.MarkMs + 1
    harness.expire()
    assertEquals(harness.storeSize, 2)

  test("a message for an expired window is a dead letter, not a window of one"):
    val harness = CountHarness(retentionMs = 1000)
    harness.send(message(1))
    harness.emit()
    harness.now += 2000
    harness.expire()
    harness.send(message(2))
    harness.emit()
    assertEquals(harness.windows.map(_._2.messageCount).toList, List(1L))
    assertEquals(header(harness, "class"), "window_expired")

  test("a dead letter has the original bytes and says where, why and when"):
    val harness = CountHarness()
    harness.send(message(1))
    harness.send("c1".getBytes(UTF_8), "{oops".getBytes(UTF_8))
    assertEquals(String(harness.dead.last.value, UTF_8), "{oops")
    assertEquals(String(harness.dead.last.key, UTF_8), "c1")
    assertEquals(header(harness, "class"), "broken_json")
    assertEquals(header(harness, "topic"), "chat")
    assertEquals(header(harness, "partition"), "0")
    assertEquals(header(harness, "offset"), "1")
    assertEquals(header(harness, "timestamp-ms"), Base.toString)

  test("a value too large to send on is cut, and says how large it was"):
    val harness = CountHarness()
    harness.send(null, Array.fill(1 << 20)('x'.toByte))
    assertEquals(harness.dead.last.value.length, DeadLetterRecord.MaxValueBytes)
    assertEquals(header(harness, "original-size"), (1 << 20).toString)

  test("original headers that would make a dead letter too large are left out, and counted"):
    val harness = CountHarness()
    def sent(bytes: Int) =
      val headers = RecordHeaders().add("h", Array.ofDim[Byte](bytes))
      harness.send(null, "no JSON".getBytes(UTF_8), headers)
      harness.dead.last.headers
    assertEquals(sent(1000).lastHeader("h").value.length, 1000)
    val large = sent(100_000)
    assertEquals(large.lastHeader("h"), null)
    assertEquals(String(large.lastHeader("dead-letter.headers-left-out").value, UTF_8), "1")
    val many = RecordHeaders()
    for _ <- 1 to 7000 do many.add("", null)
    harness.send(null, "no JSON".getBytes(UTF_8), many)
    assertEquals(header(harness, "headers-left-out"), "7000")

  test("null key and null value stop nothing"):
    val harness = CountHarness()
    harness.send(null, null)
    harness.send(message(1))
    harness.emit()
    assertEquals(header(harness, "class"), "empty_value")
    assertEquals(harness.stats.last.messageCount, 1L)
