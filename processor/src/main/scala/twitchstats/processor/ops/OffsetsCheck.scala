package twitchstats.processor.ops

import org.apache.kafka.clients.admin.{Admin, AdminClientConfig}
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
    val group = kafka.applicationId
    val own = Map(
      ConsumerConfig.GROUP_ID_CONFIG -> group,
      ConsumerConfig.ISOLATION_LEVEL_CONFIG -> "read_committed"
    )
    val bytes = ByteArrayDeserializer()
    val isAnswered = Using.resource(KafkaConsumer(kafka.propertiesWith(own), bytes, bytes)):
      consumer =>
        val infos = consumer.partitionsFor(topic, Patience).asScala
        val partitions = infos.map(info => TopicPartition(topic, info.partition)).toSet
        // It takes none but stable offsets.
        try
          consumer.committed(partitions.asJava, Patience)
          true
        catch case _: TimeoutException => false
    if !isAnswered then askForAnyOffsets(kafka, group)
    !isAnswered

  /** A coordinator that is away answers this neither. */
  private def askForAnyOffsets(kafka: KafkaSettings, group: String): Unit =
    val patience = Patience.toMillis.toInt
    val timeouts = Map(
      AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG -> patience,
      AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG -> patience
    )
    Using.resource(Admin.create(kafka.propertiesWith(timeouts))):
      admin => admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata.get(): Unit
