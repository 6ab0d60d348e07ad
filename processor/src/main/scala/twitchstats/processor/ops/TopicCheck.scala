package twitchstats.processor.ops

import org.apache.kafka.clients.admin.{Admin, AdminClientConfig}
import org.apache.kafka.common.errors.{RetriableException, UnknownTopicOrPartitionException}
import org.slf4j.LoggerFactory
import twitchstats.processor.settings.KafkaSettings
import java.util.concurrent.ExecutionException
import scala.jdk.CollectionConverters.*

/** Waits for a broker, then says which topics are missing. They are `bootstrap`'s to create: a
  * processor that made them would make them with the wrong settings.
  */
object TopicCheck:
  private val log = LoggerFactory.getLogger("twitchstats.processor.TopicCheck")

  def missing(kafka: KafkaSettings, topics: List[String]): List[String] =
    val timeouts = Map[String, Any](
      AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG -> 4_000,
      AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG -> 5_000
    )
    val properties =
      (kafka.clientProperties ++ timeouts).map((k, v) => k -> v.asInstanceOf[Object])
    val admin = Admin.create(properties.asJava)
    try topics.filterNot(exists(admin, _))
    finally admin.close(java.time.Duration.ZERO)

  private def exists(admin: Admin, topic: String): Boolean =
    try
      admin.describeTopics(List(topic).asJava).allTopicNames.get(): Unit
      true
    catch
      case failure: ExecutionException =>
        failure.getCause match
          case _: UnknownTopicOrPartitionException => false
          case away: RetriableException =>
            log.warn("Kafka does not answer yet: {}", away.getMessage)
            Thread.sleep(500)
            exists(admin, topic)
          case other => throw other
