package twitchstats.processor.archive

import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.*

class OffsetTrackerSpec extends ScalaCheckSuite:
  /** Everything is settled at once. */
  private val now = 1_000L

  test("commits below the lowest unfinished offset, and no further"):
    val tracker = OffsetTracker(10)
    val entries = (10 to 13).map(offset => tracker.begin(offset, writes = 2))
    assertEquals(tracker.committable(now), None)
    entries(1).writeDone(now)
    entries(1).writeDone(now)
    assertEquals(tracker.committable(now), None, "10 is unfinished")
    entries(0).writeDone(now)
    assertEquals(tracker.committable(now), None, "one write of two")
    entries(0).writeDone(now)
    assertEquals(tracker.committable(now), Some(12L))
    tracker.markCommitted(12)
    assertEquals(tracker.committable(now), None)

  test("skipped records are finished at once, gaps do not matter"):
    val tracker = OffsetTracker(0)
    tracker.begin(5, writes = 0)
    tracker.begin(90, writes = 0)
    assertEquals(tracker.committable(now), Some(91L))

  test("transaction markers behind the last record are committed too, when all is written"):
    val tracker = OffsetTracker(0)
    val entry = tracker.begin(0, writes = 1)
    tracker.skipTo(2, now)
    assertEquals(tracker.committable(now), None)
    entry.writeDone(now)
    tracker.skipTo(2, now)
    assertEquals(tracker.committable(now), Some(2L))

  test("what was acknowledged lately is not committed"):
    val tracker = OffsetTracker(0)
    tracker.begin(0, writes = 1).writeDone(atNanos = 10)
    val second = tracker.begin(1, writes = 2)
    second.writeDone(atNanos = 30)
    second.writeDone(atNanos = 20)
    assertEquals(tracker.committable(settledNanos = 9), None)
    assertEquals(tracker.committable(settledNanos = 29), Some(1L), "its last write counts")
    tracker.skipTo(5, settledNanos = 29)
    assertEquals(tracker.committable(settledNanos = 30), Some(2L))

  test("a rewind begins again with the lowest unsettled offset"):
    val tracker = OffsetTracker(0)
    tracker.begin(0, writes = 1).writeDone(atNanos = 10)
    val late = tracker.begin(1, writes = 1)
    tracker.begin(2, writes = 1).writeDone(atNanos = 10)
    assertEquals(tracker.rewind(settledNanos = 10), 1L)
    assertEquals(tracker.pending, 0)
    late.writeDone(atNanos = 11)
    assertEquals(tracker.committable(settledNanos = 20), Some(1L), "what came of before is nothing")
    val again = tracker.begin(1, writes = 1)
    assertEquals(tracker.committable(settledNanos = 20), Some(1L))
    again.writeDone(atNanos = 20)
    assertEquals(tracker.committable(settledNanos = 20), Some(2L))

  test("offsets that step back are refused"):
    val tracker = OffsetTracker(0)
    tracker.begin(3, 1)
    intercept[IllegalArgumentException](tracker.begin(3, 1))

  property("whatever finishes when, every offset below the committable one is finished"):
    val cases = for
      gaps <- Gen.nonEmptyListOf(Gen.choose(1, 4))
      offsets = gaps.scanLeft(0)(_ + _)
      writes <- Gen.listOfN(offsets.size, Gen.choose(0, 3))
      order <- Gen.long
    yield (offsets.zip(writes), order)
    forAll(cases): (records, order) =>
      val tracker = OffsetTracker(0)
      val entries = records.map((offset, writes) => tracker.begin(offset, writes) -> writes)
      val completions = entries.flatMap((entry, writes) => List.fill(writes)(entry))
      val safe = scala.util
        .Random(order)
        .shuffle(completions)
        .forall: entry =>
          entry.writeDone(now)
          val at = tracker.committable(now).getOrElse(0L)
          entries.forall((e, _) => e.offset >= at || e.isDone)
      safe && tracker.committable(now).getOrElse(0L) == records.last._1 + 1
