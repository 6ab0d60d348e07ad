package twitchstats.processor.count

import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.*
import java.nio.file.Files

class CountTableSpec extends ScalaCheckSuite:
  private val heap = TableMemory(TestDirectory.create("tables"))

  property("counts like a map, nil key and all"):
    // Few distinct halves, so that keys repeat and differ in one half only.
    val half = Gen.oneOf(Gen.choose(-2L, 2L), Gen.long)
    forAll(Gen.listOf(Gen.zip(half, half))): keys =>
      val table = CountTable(heap)
      val counts = keys.map((high, low) => table.increment(high, low))
      val expected = keys.indices.map(i => keys.take(i + 1).count(_ == keys(i)).toLong)
      counts == expected.toList && table.size == keys.distinct.size

  property("without counts tells new keys from others"):
    val half = Gen.oneOf(Gen.choose(-2L, 2L), Gen.long)
    forAll(Gen.listOf(Gen.zip(half, half))): keys =>
      val table = CountTable(heap, keepsCounts = false)
      val counts = keys.map((high, low) => table.increment(high, low))
      val expected = keys.indices.map(i => if keys.take(i).contains(keys(i)) then 2L else 1L)
      counts == expected.toList && table.size == keys.distinct.size

  test("a table that outgrew the heap's share moves to a file that is already unlinked"):
    val directory = TestDirectory.create("tables")
    val table = CountTable(TableMemory(directory, maxHeapLongs = 3 * 64))
    for i <- 0 until 10_000 do assertEquals(table.increment(i, -i), 1L)
    for i <- 0 until 10_000 do assertEquals(table.increment(i, -i), 2L)
    assertEquals(table.size, 10_000)
    assertEquals(table.heapBytes, 0L)
    assertEquals(Files.list(directory).count, 0L)
    table.free()

  test("numbers stand for themselves, other texts for their digest"):
    val identity = Identity()
    def of(text: String) =
      identity.set(text)
      (identity.high, identity.low)
    assertEquals(of("10203040")._2, 10203040L)
    val texts = List("7", "07", "-7", "", "x", "7x", "9" * 18, "9" * 19)
    assertEquals(texts.map(of).distinct.size, texts.size)
    assertEquals(of("x"), of("x"))
