package twitchstats.processor.count

import munit.FunSuite
import org.apache.kafka.common.serialization.{
  ByteArraySerializer,
  StringDeserializer,
  StringSerializer
}
import org.apache.kafka.streams.{StreamsConfig, TopologyTestDriver}
import twitchstats.processor.count.Messages.{Base, WindowMs, message}
import twitchstats.processor.settings.Topics
import java.nio.charset.StandardCharsets.UTF_8
import java.time.{Duration, Instant}
import java.util.Properties
import scala.jdk.CollectionConverters.*

class CountTopologySpec extends FunSuite:
  private val topics = Topics("chat", "stats", "windows", "dead", "events", "optouts")

  private val driver = FunFixture[TopologyTestDriver](
    setup = _ =>
      val stateDir = TestDirectory.create("state")
      val options =
        CountOptions(
          WindowMs,
          86_400_000,
          150,
          MemoryBudget(1 << 20),
          TableMemory(stateDir.resolve("tables"))
        )
      val properties = Properties()
      properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "spec")
      properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1")
      properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString)
      properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, classOf[BoundedRocksDb])
      TopologyTestDriver(CountTopology(topics, options), properties, Instant.ofEpochMilli(Base))
    ,
    teardown = _.close()
  )

  private def input(driver: TopologyTestDriver) =
    driver.createInputTopic("chat", StringSerializer(), ByteArraySerializer())

  private def output(driver: TopologyTestDriver, topic: String) =
    driver.createOutputTopic(topic, StringDeserializer(), StringDeserializer())

  private def waitAnInterval(driver: TopologyTestDriver) =
    for _ <- 1 to 3 do driver.advanceWallClockTime(Duration.ofMillis(50))

  driver.test("chat in, newest window and history out, after the interval and not before"):
    driver =>
      input(driver).pipeInput("c1", Messages.json(message(1, emotes = List("Kappa"))))
      assert(output(driver, "stats").isEmpty)
      waitAnInterval(driver)
      val stats = output(driver, "stats").readKeyValue()
      assertEquals(stats.key, "c1")
      assertEquals(
        stats.value,
        s"""{"channel_id":"c1","channel_name":"name-of-c1","message_count":1,"window_start":$Base,""" +
          s""""window_end":${Base + WindowMs},"window_duration_seconds":600,"unique_chatters":1,""" +
          """"top_emotes":[{"emote":"Kappa","count":1}],"top_chatters":[{"user_id":"u1",""" +
          s""""username":"login-of-u1","count":1}],"last_message_at":$Base,"updated_at":${Base + 150}}"""
      )
      assertEquals(output(driver, "windows").readKeyValue().key, s"c1:$Base")

  driver.test("dead letters go to their topic and the next message is counted"): driver =>
    input(driver).pipeInput("c1", "nonsense".getBytes(UTF_8))
    input(driver).pipeInput("c1", Messages.json(message(1)))
    waitAnInterval(driver)
    assertEquals(output(driver, "dead").readValue(), "nonsense")
    assert(output(driver, "stats").readValue().contains("\"message_count\":1,"))

  driver.test("the state is logged and compacted"): driver =>
    assert(driver.getAllStateStores.asScala.keySet.toSet == Set(CountTopology.Store))

  test("history is partitioned by its channel alone"):
    def partition(key: String) =
      CountTopology.byChannel
        .partitions("windows", key.getBytes(UTF_8), null, 3)
        .get
        .iterator
        .next()
    assertEquals(partition("a:b:1"), partition("a:b:600000"))
    // As the Java and kafkajs clients place the key "40934651" among three partitions.
    val utils = org.apache.kafka.common.utils.Utils.murmur2("40934651".getBytes(UTF_8))
    assertEquals(partition("40934651:5").toInt, (utils & 0x7fffffff) % 3)
