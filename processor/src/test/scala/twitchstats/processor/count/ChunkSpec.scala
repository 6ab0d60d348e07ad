package twitchstats.processor.count

import munit.ScalaCheckSuite
import org.scalacheck.Prop.*
import scala.collection.mutable.ListBuffer

class ChunkSpec extends ScalaCheckSuite:
  private def read(bytes: Array[Byte], start: Long): List[Summary] =
    val found = ListBuffer.empty[Summary]
    Chunk.read(bytes, start)(found += _)
    found.toList

  property("what was appended is read back, in order"):
    forAll(Messages.distinct): messages =>
      val summaries = messages.map(Summary.of)
      val writer = ChunkWriter(Messages.Base)
      summaries.foreach(writer.append)
      read(writer.toBytes, Messages.Base) == summaries

  test("strings of any script, names that change, many emotes"):
    val odd =
      Summary(1, -1, Messages.Base + 599_999, "名前", "ünï", "\uD83D\uDE00", List.fill(100)("é"))
    val writer = ChunkWriter(Messages.Base)
    List(odd, odd.copy(channelName = "other"), odd).foreach(writer.append)
    assertEquals(
      read(writer.toBytes, Messages.Base),
      List(odd, odd.copy(channelName = "other"), odd)
    )

  test("is full after 64 entries, and after 8 rounds"):
    val writer = ChunkWriter(0)
    for _ <- 1 to 63 do writer.append(Summary(1, 2, 3, "c", "u", "n", Nil))
    assert(!writer.isFull)
    writer.append(Summary(1, 2, 3, "c", "u", "n", Nil))
    assert(writer.isFull)
    val slow = ChunkWriter(0)
    slow.rounds = 8
    assert(slow.isFull)

  test("state of another version is refused, not misread"):
    intercept[IllegalStateException](read(Array[Byte](9, 0), 0))
