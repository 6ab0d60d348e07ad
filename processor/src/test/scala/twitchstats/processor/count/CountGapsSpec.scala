package twitchstats.processor.count

import munit.FunSuite
import twitchstats.processor.count.Messages.{Base, WindowMs, message}
import twitchstats.processor.side.Gaps
import java.nio.charset.StandardCharsets.UTF_8

/** What a gap does to windows that were sent before it was told. */
class CountGapsSpec extends FunSuite:
  /** Tells that channel c1 was not heard in the second half of the window of [[Base]]. */
  private def tellHalf(gaps: Gaps, at: Long, id: String = "\"c1\""): Unit =
    val event = s"""{"type":"gap","channel_id":$id,"channel_name":"name-of-c1",""" +
      s""""from":${Base + WindowMs / 2},"to":${Base + 3 * WindowMs},"reason":"x"}"""
    gaps.add(event.getBytes(UTF_8), at)

  private def told(harness: CountHarness) =
    harness.windows.map((_, s) => (s.windowStart, s.messageCount, s.coverage)).toList

  test("a gap is told of windows that left memory too, and of no others"):
    val gaps = Gaps()
    val harness = CountHarness(coverage = gaps)
    harness.send(message(1))
    harness.send(message(2, at = Base + 3 * WindowMs))
    harness.send(message(3, channel = "c2"))
    harness.emit()
    harness.restart()
    harness.windows.clear()
    harness.stats.clear()
    tellHalf(gaps, harness.now + 1)
    harness.emit()
    assertEquals(told(harness), List((Base, 1L, Some(0.5))))
    assertEquals(harness.stats.toList, Nil, "the newest window stays")

  test("a gap that was told while nobody counted is told of the windows of before, and once"):
    val gaps = Gaps()
    val harness = CountHarness(coverage = gaps)
    harness.send(message(1))
    harness.emit()
    harness.windows.clear()
    tellHalf(gaps, harness.now + 1)
    harness.restart()
    harness.now += 20_000
    harness.emit()
    assertEquals(told(harness), List((Base, 1L, Some(0.5))))
    harness.restart()
    harness.emit()
    assertEquals(harness.windows.size, 1)

  test("a gap that a revived task was told and had not taken is not forgotten"):
    val gaps = Gaps()
    val harness = CountHarness(coverage = gaps)
    harness.send(message(1))
    harness.emit()
    val committed = harness.stored
    harness.windows.clear()
    tellHalf(gaps, harness.now + 1)
    harness.revive(committed)
    harness.emit()
    assertEquals(told(harness), List((Base, 1L, Some(0.5))))

  test("a gap of a channel whose id was not known is told of the windows in memory"):
    val gaps = Gaps()
    val harness = CountHarness(coverage = gaps)
    harness.send(message(1))
    harness.emit()
    tellHalf(gaps, harness.now + 1, id = "null")
    harness.emit()
    assertEquals(told(harness).last, (Base, 1L, Some(0.5)))

  test("a gap stays with a channel that is renamed in its window"):
    val gaps = Gaps()
    val harness = CountHarness(coverage = gaps)
    harness.send(message(1))
    tellHalf(gaps, harness.now + 1)
    harness.send(message(2).copy(channelName = "renamed"))
    harness.emit()
    assertEquals(told(harness).last, (Base, 2L, Some(0.5)))

  test("a gap waits until all gaps are known: before, windows are sent without a word about them"):
    var areRead = false
    val gaps = Gaps(() => areRead)
    val harness = CountHarness(coverage = gaps)
    harness.send(message(1))
    harness.emit()
    tellHalf(gaps, harness.now + 1)
    harness.emit()
    assertEquals(told(harness), List((Base, 1L, None)))
    areRead = true
    harness.emit()
    assertEquals(told(harness).last, (Base, 1L, Some(0.5)))

  test("what was sent before all gaps were known is sent again, also what left memory"):
    var areRead = false
    val gaps = Gaps(() => areRead)
    val harness = CountHarness(coverage = gaps, memoryBytes = 0)
    harness.send(message(1))
    harness.emit()
    harness.restart()
    harness.send(message(2, at = Base + WindowMs))
    harness.emit()
    assertEquals(told(harness).flatMap(_._3), Nil)
    harness.windows.clear()
    areRead = true
    harness.emit()
    assertEquals(told(harness), List((Base, 1L, Some(1.0)), (Base + WindowMs, 1L, Some(1.0))))
    harness.restart()
    harness.emit()
    assertEquals(harness.windows.size, 2, "once")

  test("what a run before this one sent without a coverage gets one, and once"):
    var areRead = false
    val gaps = Gaps(() => areRead)
    val harness = CountHarness(coverage = gaps)
    harness.send(message(1))
    harness.emit()
    harness.windows.clear()
    areRead = true
    harness.restart()
    harness.emit()
    harness.emit()
    assertEquals(told(harness), List((Base, 1L, Some(1.0))))

  test("a gap of long ago is told of the windows there are, and so is one without an end"):
    val gaps = Gaps()
    val harness = CountHarness(coverage = gaps, retentionMs = WindowMs)
    harness.now = Base + 10 * WindowMs
    harness.send(message(1))
    harness.emit()
    val event = s"""{"type":"gap","channel_id":"c1","channel_name":"name-of-c1",""" +
      s""""from":${Base + WindowMs / 2},"to":${Long.MaxValue},"reason":"x"}"""
    gaps.add(event.getBytes(UTF_8), harness.now + 1)
    harness.emit()
    assertEquals(told(harness).last, (Base, 1L, Some(0.5)))

  test("gaps of more messages than a transaction has time for are told in rounds"):
    val gaps = Gaps()
    // Room for all of them, which is no reason to read all of them back at once.
    val harness = CountHarness(coverage = gaps, memoryBytes = 1 << 30)
    for n <- 0 to 2; i <- 1 to 15_000 do
      harness.send(message(n * 20_000 + i, at = Base + n * WindowMs))
    harness.emit()
    harness.restart()
    harness.windows.clear()
    tellHalf(gaps, harness.now + 1)
    harness.emit()
    val first = List((Base, 15_000L, Some(0.5)), (Base + WindowMs, 15_000L, Some(0.0)))
    assertEquals(told(harness), first)
    harness.emit()
    assertEquals(told(harness), first :+ (Base + 2 * WindowMs, 15_000L, Some(0.0)))
    harness.emit()
    assertEquals(harness.windows.size, 3)

  /** Three windows that left memory, one that is being counted, and a gap of the three. */
  private def readBackForGap(memoryBytes: Long): (CountHarness, InMemory) =
    val gaps = Gaps()
    val metrics = InMemory()
    val harness = CountHarness(coverage = gaps, metrics = metrics, memoryBytes = memoryBytes)
    for n <- 0 to 2 do harness.send(message(n, at = Base + n * WindowMs))
    harness.emit()
    harness.restart()
    harness.send(message(3, channel = "c2"))
    tellHalf(gaps, harness.now + 1)
    harness.emit()
    (harness, metrics)

  test("windows that were read back for a gap leave memory to what is being counted"):
    val (harness, metrics) = readBackForGap(memoryBytes = 0)
    assertEquals(harness.windows.size, 3 + 4)
    assertEquals(metrics.windows.toList, List(0, 0))

  test("where there is room they stay: a channel that is not heard has a gap every few seconds"):
    val (_, metrics) = readBackForGap(memoryBytes = 1 << 20)
    assertEquals(metrics.windows.toList, List(3, 4))

  test("gaps that come to be known while a round is sent are told in the next, to all it sent"):
    var asked = 0
    // Not known when the round begins, and known when it writes the window.
    val coverage = new Coverage:
      def isKnown: Boolean =
        asked += 1
        asked > 3
      def of(channelId: String, channelName: String, start: Long, end: Long): Option[Double] =
        Some(1.0)
      def onGap(listener: Gap => Unit): () => Unit = () => ()
    val harness = CountHarness(coverage = coverage)
    harness.send(message(1))
    harness.emit()
    assertEquals(harness.stats.map(_.coverage).toList, List(None))
    for _ <- 1 to 3 do harness.emit()
    assertEquals(harness.stats.last.coverage, Some(1.0))
    assertEquals(harness.windows.last._2.coverage, Some(1.0))
