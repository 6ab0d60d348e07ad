package twitchstats.processor.count

import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.*

class TopListSpec extends ScalaCheckSuite:
  property("is the sorted head of all counts, ties by key, whatever the order"):
    forAll(Gen.listOf(Gen.choose(0, 30).map(n => s"k$n"))): keys =>
      val top = TopList(limit = 10)
      val counts = scala.collection.mutable.Map.empty[String, Long].withDefaultValue(0)
      keys.foreach: key =>
        counts(key) += 1
        top.update(key, key, counts(key))
      val expected = counts.toList.sortBy((key, count) => (-count, key)).take(10)
      top.toList.map(e => (e.key, e.count)) == expected
