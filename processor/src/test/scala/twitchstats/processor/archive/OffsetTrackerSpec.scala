package twitchstats.processor.archive

import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.*

class OffsetTrackerSpec extends ScalaCheckSuite:
  test("commits below the lowest unfinished offset, and no further"):
    val tracker = OffsetTracker(10)
    val entries = (10 to 13).map(offset => tracker.begin(offset, writes = 2))
    assertEquals(tracker.committable, None)
    entries(1).writeDone()
    entries(1).writeDone()
    assertEquals(tracker.committable, None, "10 is unfinished")
    entries(0).writeDone()
    assertEquals(tracker.committable, None, "one write of two")
    entries(0).writeDone()
    assertEquals(tracker.committable, Some(12L))
    tracker.markCommitted(12)
    assertEquals(tracker.committable, None)

  test("skipped records are finished at once, gaps do not matter"):
    val tracker = OffsetTracker(0)
    tracker.begin(5, writes = 0)
    tracker.begin(90, writes = 0)
    assertEquals(tracker.committable, Some(91L))

  test("transaction markers behind the last record are committed too, when all is written"):
    val tracker = OffsetTracker(0)
    val entry = tracker.begin(0, writes = 1)
    tracker.skipTo(2)
    assertEquals(tracker.committable, None)
    entry.writeDone()
    tracker.skipTo(2)
    assertEquals(tracker.committable, Some(2L))

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
          entry.writeDone()
          val at = tracker.committable.getOrElse(0L)
          entries.forall((e, _) => e.offset >= at || e.isDone)
      safe && tracker.committable.getOrElse(0L) == records.last._1 + 1
