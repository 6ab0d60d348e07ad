package twitchstats.processor.ops

import org.apache.kafka.clients.consumer.{ConsumerConfig, KafkaConsumer}
import org.apache.kafka.common.TopicPartition
import org.apache.kafka.common.errors.TimeoutException
import org.apache.kafka.common.serialization.ByteArrayDeserializer
import twitchstats.processor.settings.KafkaSettings
import java.time.Duration
import scala.jdk.CollectionConverters.*
import scala.util.Using

/** Whether Kafka holds committed offsets back until a transaction ends that would change them
  * (KIP-447). Whoever takes the partitions over waits for that: a transaction timeout as a rule,
  * for ever where a broker has lost track of the end (docs/adr/0021).
  */
object OffsetsCheck:
  private val Patience = Duration.ofSeconds(5)

  /** @throws Exception
    *   when Kafka does not answer at all within seconds
    */
  def isHeldBack(kafka: KafkaSettings, topic: String): Boolean =
    // Only who reads what is committed asks for offsets that are.
    try
      askForOffsets(kafka, topic, "read_committed")
      false
    catch
      case _: TimeoutException =>
        // A coordinator that is away answers neither.
        askForOffsets(kafka, topic, "read_uncommitted")
        true

  private def askForOffsets(kafka: KafkaSettings, topic: String, isolation: String): Unit =
    val own = Map(
      ConsumerConfig.GROUP_ID_CONFIG -> kafka.applicationId,
      ConsumerConfig.ISOLATION_LEVEL_CONFIG -> isolation
    )
    val bytes = ByteArrayDeserializer()
    Using.resource(KafkaConsumer(kafka.propertiesWith(own), bytes, bytes)):
      consumer =>
        val infos = consumer.partitionsFor(topic, Patience).asScala
        val partitions = infos.map(info => TopicPartition(topic, info.partition)).toSet
        consumer.committed(partitions.asJava, Patience): Unit
