package twitchstats.processor.count

import munit.FunSuite
import twitchstats.processor.count.Messages.{Base, WindowMs, message}
import twitchstats.processor.side.OptOuts
import java.nio.charset.StandardCharsets.UTF_8

/** What an opt-out does to windows that were sent before it. */
class CountOptOutsSpec extends FunSuite:
  test("who opts out is counted no more, and named no more in what was counted before"):
    val optOuts = OptOuts()
    val harness = CountHarness(isOptedOut = optOuts)
    for n <- 1 to 3 do harness.send(message(n, user = "u1"))
    harness.send(message(4, user = "u2"))
    harness.send(message(5, channel = "c2", user = "u2"))
    harness.emit()
    optOuts.update("u1".getBytes(UTF_8), """{"user_id":"u1","at":1}""".getBytes(UTF_8))
    harness.emit()
    assertEquals(harness.stats.map(_.channelId).toList.sorted, List("c1", "c1", "c2"))
    assertEquals(harness.stats.last.topChatters.map(_.userId), List("u2"))
    assertEquals(harness.windows.last._2.topChatters.map(_.userId), List("u2"))
    assertEquals(harness.stats.last.messageCount, 4L)
    harness.send(message(6, user = "u1"))
    harness.send(message(7, user = "u2"))
    harness.emit()
    assertEquals(harness.stats.last.messageCount, 5L)

  test("who opts out is named no more in the newest window either when that left memory"):
    val optOuts = OptOuts()
    val harness = CountHarness(isOptedOut = optOuts)
    harness.send(message(1, user = "u1"))
    harness.send(message(2, channel = "c2", user = "u2"))
    harness.emit()
    harness.stats.clear()
    harness.restart()
    optOuts.update("u1".getBytes(UTF_8), """{"user_id":"u1","at":1}""".getBytes(UTF_8))
    harness.emit()
    assertEquals(harness.stats.map(_.topChatters).toList, List(Nil))
    assertEquals(harness.stats.last.messageCount, 1L)
    optOuts.update("u2".getBytes(UTF_8), """{"user_id":"u2","at":1}""".getBytes(UTF_8))
    harness.restart()
    harness.emit()
    assertEquals(harness.stats.filter(_.channelId == "c2").map(_.topChatters).toList, List(Nil))
    harness.stats.clear()
    harness.restart()
    harness.emit()
    assertEquals(harness.stats.toList, Nil, "sent already")

  test("an opt-out is looked for in many windows over several rounds, and again after a restart"):
    val optOuts = OptOuts()
    val harness = CountHarness(isOptedOut = optOuts, memoryBytes = 0)
    val channels = (1 to 3).map(n => s"c$n")
    for (channel, n) <- channels.zipWithIndex; i <- 1 to 15_000 do
      harness.send(message(n * 20_000 + i, channel = channel))
    harness.emit()
    harness.stats.clear()
    optOuts.update("u1".getBytes(UTF_8), """{"user_id":"u1","at":1}""".getBytes(UTF_8))
    harness.emit()
    assertEquals(harness.stats.map(_.channelId).toList, List("c1", "c2"))
    harness.restart()
    harness.emit()
    harness.emit()
    val shown = harness.stats.map(s => s.channelId -> s.topChatters.size).toMap
    assertEquals(shown, channels.map(_ -> 0).toMap)

  test("an opt-out takes a newest window that expired back: whom it names is not known"):
    val optOuts = OptOuts()
    val harness = CountHarness(isOptedOut = optOuts, retentionMs = 1000)
    harness.send(message(1, user = "u1"))
    harness.emit()
    harness.now += 2000
    harness.expire()
    harness.send(message(2, channel = "c2", user = "u2"))
    harness.emit()
    optOuts.update("u1".getBytes(UTF_8), """{"user_id":"u1","at":1}""".getBytes(UTF_8))
    harness.emit()
    assertEquals(harness.takenBack.toList, List("c1"))

  test("a channel is not passed over for as long as people opt out"):
    val optOuts = OptOuts()
    val harness = CountHarness(isOptedOut = optOuts, memoryBytes = 0)
    for n <- 1 to 3; i <- 1 to 20_000 do harness.send(message(n * 20_000 + i, channel = s"c$n"))
    harness.emit()
    harness.stats.clear()
    for n <- 1 to 3 do
      optOuts.update(s"u$n".getBytes(UTF_8), s"""{"user_id":"u$n","at":1}""".getBytes(UTF_8))
      harness.emit()
    assertEquals(harness.stats.map(_.channelId).toList, List("c1", "c2", "c3"))

  test("a channel that began a new window while its old one waited is not taken back"):
    val optOuts = OptOuts()
    val harness = CountHarness(isOptedOut = optOuts, retentionMs = 1000, memoryBytes = 0)
    harness.send(message(1, channel = "c3"))
    harness.emit()
    harness.now += 2000
    harness.expire()
    for n <- 1 to 2; i <- 1 to 20_000 do harness.send(message(n * 20_000 + i, channel = s"c$n"))
    harness.emit()
    optOuts.update("u1".getBytes(UTF_8), """{"user_id":"u1","at":1}""".getBytes(UTF_8))
    harness.emit()
    harness.send(message(2, channel = "c3", user = "u9", at = Base + WindowMs))
    for _ <- 1 to 3 do harness.emit()
    assertEquals(harness.stats.last.channelId, "c3")
    assertEquals(harness.takenBack.toList, Nil)
