package twitchstats.processor.side

import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.*
import twitchstats.processor.count.Gap
import java.nio.charset.StandardCharsets.UTF_8
import scala.collection.mutable

class GapsSpec extends ScalaCheckSuite:
  private def gap(name: String, from: Long, to: Long, id: String = "") =
    val channelId = if id.isEmpty then "null" else s"\"$id\""
    (s"""{"type":"gap","channel_id":$channelId,"channel_name":"$name","from":$from,"to":$to,""" +
      """"reason":"disconnected"}""").getBytes(UTF_8)

  test("a window is covered but for its gaps, which touch, overlap and reach beyond it"):
    val gaps = Gaps()
    assertEquals(gaps.of("id-of-a", "a", 0, 100), Some(1.0))
    List((-50L, 10L), (10L, 20L), (15L, 30L), (90L, 500L)).foreach((f, t) =>
      gaps.add(gap("a", f, t), t)
    )
    assertEquals(gaps.of("id-of-a", "a", 0, 100), Some(0.6))
    assertEquals(gaps.of("id-of-a", "a", 100, 200), Some(0.0))
    assertEquals(gaps.of("id-of-b", "b", 0, 100), Some(1.0))

  test("a channel has the gaps of its id, under whatever name, and those of its name without an id"):
    val gaps = Gaps()
    gaps.add(gap("old", 0, 10, id = "7"), 0)
    gaps.add(gap("new", 5, 20), 0)
    gaps.add(gap("new", 50, 60, id = "7"), 0)
    assertEquals(gaps.of("7", "new", 0, 100), Some(0.7))
    assertEquals(gaps.of("7", "", 0, 100), Some(0.8))
    assertEquals(gaps.of("8", "other", 0, 100), Some(1.0))

  test("who listens is told what is known, in one piece where it touches, and then what comes"):
    val gaps = Gaps()
    gaps.add(gap("a", 0, 10), 11)
    gaps.add(gap("a", 10, 20, id = "7"), 21)
    gaps.add(gap("a", 30, 40), 41)
    val heard = mutable.ListBuffer.empty[Gap]
    val stop = gaps.onGap(heard += _)
    val known = List(Gap("a", Some("7"), 0, 20, 21), Gap("a", Some("7"), 30, 40, 41))
    assertEquals(heard.toList, known)
    gaps.add(gap("b", 0, 5), 6)
    assertEquals(heard.last, Gap("b", None, 0, 5, 6))
    stop()
    gaps.add(gap("c", 0, 5), 6)
    assertEquals(heard.size, 3)

  test("other events, nonsense and nulls are passed over"):
    val gaps = Gaps()
    gaps.add("""{"type":"join","channel_name":"a","from":0,"to":9}""".getBytes(UTF_8), 0)
    gaps.add("nonsense".getBytes(UTF_8), 0)
    gaps.add(null, 0)
    assertEquals(gaps.of("id-of-a", "a", 0, 10), Some(1.0))

  property("intervals cover what the points in them cover, told twice or in any order"):
    val interval = Gen.choose(0L, 50L).flatMap(f => Gen.choose(f + 1, 60L).map(f -> _))
    forAll(Gen.listOf(interval), Gen.choose(0L, 30L), Gen.choose(31L, 60L)): (gaps, start, end) =>
      val told = (gaps ++ gaps.reverse).map((from, to) => Interval(from, to, loggedAt = 0))
      val all = told.foldLeft(Intervals.Empty)(_.add(_))
      val points = (start until end).count(p => gaps.exists((f, t) => f <= p && p < t))
      all.overlapping(start, end).map(i => (i.to min end) - (i.from max start)).sum == points
