package twitchstats.processor.roles

import munit.FunSuite
import org.apache.kafka.clients.consumer.{ConsumerRecord, MockConsumer}
import org.apache.kafka.common.{PartitionInfo, TopicPartition}
import twitchstats.processor.count.Messages.message
import twitchstats.processor.settings.Topics
import java.nio.charset.StandardCharsets.UTF_8
import scala.jdk.CollectionConverters.*

class SideTopicsSpec extends FunSuite:
  private val topics = Topics("chat", "stats", "windows", "dead", "events", "opt-outs")
  private val gap = """{"type":"gap","channel_id":"c1","channel_name":"a","from":0,"to":50}"""
  private val optOut = """{"user_id":"u1","at":1}"""

  private def until(what: => Boolean): Unit =
    val end = System.nanoTime + 30_000_000_000L
    while !what do
      if System.nanoTime > end then fail("never came to be")
      Thread.sleep(1)

  /** Both topics with so many partitions, and a record in the last of them: none where there is none. */
  private def consumer(partitions: Int) =
    val made = MockConsumer[Array[Byte], Array[Byte]]("earliest")
    for (topic, value) <- List("events" -> gap, "opt-outs" -> optOut) if partitions > 0 do
      val all = (0 until partitions).map(TopicPartition(topic, _))
      made.updatePartitions(topic, all.map(p => PartitionInfo(topic, p.partition, null, null, null)).asJava)
      made.updateBeginningOffsets(all.map(_ -> 0L).toMap.asJava.asInstanceOf)
      made.updateEndOffsets(all.map(p => p -> (if p == all.last then 1L else 0L)).toMap.asJava.asInstanceOf)
      made.schedulePollTask: () =>
        if made.assignment.contains(all.last) then
          val user = s"u$partitions".getBytes(UTF_8)
          made.addRecord(ConsumerRecord(topic, partitions - 1, 0, user, value.getBytes(UTF_8)))
    made

  test("opt-outs and gaps hold when their topics were there before"):
    val side = SideTopics(topics, () => consumer(partitions = 1))
    side.start(missing = Nil)
    assert(side.isOptedOut(message(1, user = "u1")))
    assertEquals(side.gaps.of("id-of-a", "a", 0, 100), Some(0.5))
    side.close()

  test("opt-outs and gaps hold though their topics were made after the start"):
    @volatile var isThere = false
    val side = SideTopics(topics, () => consumer(if isThere then 1 else 0), lookAgainMs = 1)
    side.start(missing = List("opt-outs", "events"))
    Thread.sleep(50)
    assert(!side.gaps.isKnown, "a topic that is not there says nothing of coverage")
    isThere = true
    until(side.isOptedOut(message(1, user = "u1")) && side.gaps.isKnown)
    assertEquals(side.gaps.of("id-of-a", "a", 0, 100), Some(0.5))
    side.close()

  test("a topic that gets more partitions is read whole"):
    @volatile var consumers = List.empty[MockConsumer[Array[Byte], Array[Byte]]]
    @volatile var partitions = 1
    def made() = synchronized:
      consumers ::= consumer(partitions)
      consumers.head
    val side = SideTopics(topics, made, lookAgainMs = 1)
    side.start(missing = Nil)
    partitions = 2
    for each <- consumers; topic <- List("events", "opt-outs") do
      val grown = (0 to 1).map(PartitionInfo(topic, _, null, null, null))
      each.schedulePollTask(() => each.updatePartitions(topic, grown.asJava))
    until(side.isOptedOut(message(1, user = "u2")))
    side.close()

  test("a topic that a broker did not know at first is looked for again soon"):
    @volatile var asked = 0
    def made() = synchronized:
      asked += 1
      consumer(if asked <= 2 then 0 else 1)
    val side = SideTopics(topics, made)
    side.start(missing = Nil)
    assert(side.isOptedOut(message(1, user = "u1")))
    side.close()
