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
      AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG -> 10_000,
      AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG -> 12_000
    )
    val properties =
      (kafka.clientProperties ++ timeouts).map((k, v) => k -> v.asInstanceOf[Object])
    val admin = Admin.create(properties.asJava)
    try missing(admin, topics)
    finally admin.close(Duration.ZERO)

  @tailrec
  private def missing(admin: Admin, topics: List[String]): List[String] =
    val asked = admin.describeTopics(topics.asJava).topicNameValues.asScala.toList
    val failures = asked.flatMap: (topic, answer) =>
      Try(answer.get()).failed.toOption.map(topic -> _.getCause)
    val (absent, others) = failures.partition(_._2.isInstanceOf[UnknownTopicOrPartitionException])
    others.headOption match
      case None => absent.map(_._1)
      case Some((_, away: RetriableException)) =>
        log.warn("Kafka does not answer yet: {}", away.getMessage)
        Thread.sleep(500)
        missing(admin, topics)
      case Some((_, other)) => throw other
