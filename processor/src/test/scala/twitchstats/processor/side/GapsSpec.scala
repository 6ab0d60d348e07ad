package twitchstats.processor.side

import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.*
import java.nio.charset.StandardCharsets.UTF_8

class GapsSpec extends ScalaCheckSuite:
  private def gap(name: String, from: Long, to: Long) =
    (s"""{"type":"gap","channel_id":null,"channel_name":"$name","from":$from,"to":$to,""" +
      """"reason":"disconnected"}""").getBytes(UTF_8)

  test("a window is covered but for its gaps, which touch, overlap and reach beyond it"):
    val gaps = Gaps()
    assertEquals(gaps.of("a", 0, 100), Some(1.0))
    List((-50L, 10L), (10L, 20L), (15L, 30L), (90L, 500L)).foreach((f, t) =>
      gaps.add(gap("a", f, t))
    )
    assertEquals(gaps.of("a", 0, 100), Some(0.6))
    assertEquals(gaps.of("a", 100, 200), Some(0.0))
    assertEquals(gaps.of("b", 0, 100), Some(1.0))

  test("other events, nonsense and nulls are passed over"):
    val gaps = Gaps()
    gaps.add("""{"type":"join","channel_name":"a","from":0,"to":9}""".getBytes(UTF_8))
    gaps.add("nonsense".getBytes(UTF_8))
    gaps.add(null)
    assertEquals(gaps.of("a", 0, 10), Some(1.0))

  property("intervals cover what the points in them cover, told twice or in any order"):
    val interval = Gen.choose(0L, 50L).flatMap(f => Gen.choose(f + 1, 60L).map(f -> _))
    forAll(Gen.listOf(interval), Gen.choose(0L, 30L), Gen.choose(31L, 60L)): (gaps, start, end) =>
      val all = (gaps ++ gaps.reverse).foldLeft(Intervals.Empty)((a, gap) => a.add(gap._1, gap._2))
      val points = (start until end).count(p => gaps.exists((f, t) => f <= p && p < t))
      all.within(start, end) == points
