package twitchstats.processor.roles

import munit.FunSuite
import org.apache.kafka.clients.consumer.{ConsumerRecord, MockConsumer}
import org.apache.kafka.common.{PartitionInfo, TopicPartition}
import twitchstats.processor.count.Messages.message
import twitchstats.processor.settings.Topics
import java.nio.charset.StandardCharsets.UTF_8
import java.util

class SideTopicsSpec extends FunSuite:
  private val topics = Topics("chat", "stats", "windows", "dead", "events", "opt-outs")
  private val gap = """{"type":"gap","channel_id":"c1","channel_name":"a","from":0,"to":50}"""
  private val optOut = """{"user_id":"u1","at":1}"""

  private def until(what: => Boolean): Unit =
    val end = System.nanoTime + 30_000_000_000L
    while !what do
      if System.nanoTime > end then fail("never came to be")
      Thread.sleep(1)

  /** Both topics with a record each, once they are there. */
  private def consumer(isThere: Boolean) =
    val made = MockConsumer[Array[Byte], Array[Byte]]("earliest")
    for (topic, value) <- List("events" -> gap, "opt-outs" -> optOut) if isThere do
      val partition = TopicPartition(topic, 0)
      made.updatePartitions(topic, util.List.of(PartitionInfo(topic, 0, null, null, null)))
      made.updateBeginningOffsets(util.Map.of(partition, 0L))
      made.updateEndOffsets(util.Map.of(partition, 1L))
      made.schedulePollTask: () =>
        if made.assignment.contains(partition) then
          made.addRecord(ConsumerRecord(topic, 0, 0, "u1".getBytes(UTF_8), value.getBytes(UTF_8)))
    made

  test("opt-outs and gaps hold when their topics were there before"):
    val side = SideTopics(topics, () => consumer(isThere = true))
    side.start(missing = Nil)
    assert(side.isOptedOut(message(1, user = "u1")))
    assertEquals(side.gaps.of("a", 0, 100), Some(0.5))
    side.close()

  test("opt-outs and gaps hold though their topics were made after the start"):
    @volatile var isThere = false
    val side = SideTopics(topics, () => consumer(isThere), lookAgainMs = 1)
    side.start(missing = List("opt-outs", "events"))
    Thread.sleep(50)
    assert(!side.gaps.isKnown, "a topic that is not there says nothing of coverage")
    isThere = true
    until(side.isOptedOut(message(1, user = "u1")) && side.gaps.isKnown)
    assertEquals(side.gaps.of("a", 0, 100), Some(0.5))
    side.close()
