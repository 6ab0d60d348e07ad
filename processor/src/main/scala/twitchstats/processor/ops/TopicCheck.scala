package twitchstats.processor.ops

import org.apache.kafka.clients.admin.{Admin, AdminClientConfig}
import org.apache.kafka.common.errors.{RetriableException, UnknownTopicOrPartitionException}
import org.slf4j.LoggerFactory
import twitchstats.processor.settings.KafkaSettings
import java.time.Duration
import scala.annotation.tailrec
import scala.jdk.CollectionConverters.*
import scala.util.Try

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
    finally admin.close(Duration.ZERO)

  @tailrec
  private def exists(admin: Admin, topic: String): Boolean =
    val asked = Try(admin.describeTopics(List(topic).asJava).allTopicNames.get())
    asked.failed.toOption.map(_.getCause) match
      case None => true
      case Some(_: UnknownTopicOrPartitionException) => false
      case Some(away: RetriableException) =>
        log.warn("Kafka does not answer yet: {}", away.getMessage)
        Thread.sleep(500)
        exists(admin, topic)
      case Some(_) =>
        asked.get: Unit
        false
