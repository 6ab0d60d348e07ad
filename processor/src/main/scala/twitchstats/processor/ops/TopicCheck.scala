package twitchstats.processor.ops

import org.apache.kafka.clients.admin.{Admin, AdminClientConfig}
import org.apache.kafka.common.errors.{RetriableException, UnknownTopicOrPartitionException}
import org.slf4j.LoggerFactory
import twitchstats.processor.settings.KafkaSettings
import java.time.Duration
import scala.annotation.tailrec
import scala.jdk.CollectionConverters.*
import scala.util.Try

/** Waits for a broker and for topics. They are `bootstrap`'s to create: a processor that made them
  * would make them with the wrong settings.
  */
object TopicCheck:
  private val log = LoggerFactory.getLogger("twitchstats.processor.TopicCheck")

  /** How long a broker has to answer before it is said that it does not. */
  private val PatienceMs = 4_000

  /** How often it is asked while it does not know a topic. */
  private val AgainMs = 250

  /** Of all topics those that are missing, among them none that is needed unless `waitMs` have
    * passed since a broker answered first.
    *
    * @param onTrouble
    *   told why it waits, and None when it does no more
    * @throws Exception
    *   for what waiting does not mend, such as a wrong password
    */
  def missing(
      kafka: KafkaSettings,
      needed: List[String],
      optional: List[String],
      waitMs: Long,
      onTrouble: Option[String] => Unit
  ): List[String] =
    val timeouts = Map[String, Any](
      AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG -> PatienceMs,
      AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG -> PatienceMs
    )
    val admin = Admin.create(kafka.propertiesWith(timeouts))
    def ask() = missing(admin, kafka.bootstrapServers, needed ++ optional, onTrouble)
    try
      var absent = ask()
      val deadline = System.nanoTime + waitMs * 1_000_000
      var told = ""
      while absent.exists(needed.contains) && System.nanoTime < deadline do
        val reason = s"waiting for the topics ${absent.intersect(needed).mkString(", ")}"
        if reason != told then log.warn("{}, which are missing", reason)
        onTrouble(Some(reason))
        told = reason
        Thread.sleep(AgainMs)
        absent = ask()
      onTrouble(None)
      absent
    finally admin.close(Duration.ZERO)

  @tailrec
  private def missing(
      admin: Admin,
      brokers: String,
      topics: List[String],
      onTrouble: Option[String] => Unit,
      told: String = ""
  ): List[String] =
    val asked = admin.describeTopics(topics.asJava).topicNameValues.asScala.toList
    val failures = asked.flatMap: (topic, answer) =>
      Try(answer.get()).failed.toOption.map(topic -> _.getCause)
    val (absent, others) = failures.partition(_._2.isInstanceOf[UnknownTopicOrPartitionException])
    others.headOption match
      case None => absent.map(_._1)
      case Some((_, away: RetriableException)) =>
        val reason = s"Kafka does not answer at $brokers (${Reasons.of(away)})"
        if reason != told then log.warn("{}: waiting for it", reason)
        onTrouble(Some(reason))
        Thread.sleep(500)
        missing(admin, brokers, topics, onTrouble, reason)
      case Some((_, other)) => throw other
