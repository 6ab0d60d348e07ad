package twitchstats.processor.roles

import org.apache.kafka.clients.consumer.{Consumer, ConsumerConfig, KafkaConsumer}
import org.apache.kafka.common.serialization.ByteArrayDeserializer
import org.slf4j.LoggerFactory
import twitchstats.processor.count.OptedOut
import twitchstats.processor.settings.{Settings, Topics}
import twitchstats.processor.side.{Gaps, OptOuts, WholeTopic}

/** What both roles have to know beside the chat: who opted out, and what was not heard. */
final class SideTopics(
    topics: Topics,
    newConsumer: () => Consumer[Array[Byte], Array[Byte]],
    lookAgainMs: Long = 30_000
) extends AutoCloseable:
  private val log = LoggerFactory.getLogger(classOf[SideTopics])
  private val optOuts = OptOuts()
  private val optOutReader =
    WholeTopic(topics.optOuts, newConsumer, r => optOuts.update(r.key, r.value), lookAgainMs)
  private val gapReader: WholeTopic =
    WholeTopic(topics.ingestEvents, newConsumer, r => gaps.add(r.value, r.timestamp), lookAgainMs)

  val gaps: Gaps = Gaps(() => gapReader.isCaughtUp)

  def isOptedOut: OptedOut = optOuts

  /** Follows the two topics, from when they are made if they are missing. Blocks until the opt-outs
    * are known: nobody who asked to be left out is to slip through a start. For gaps it waits a
    * little: a window that is sent before they are known says nothing of its coverage.
    *
    * @param onTrouble
    *   told why it waits, and None when it does no more
    */
  def start(missing: List[String], onTrouble: Option[String] => Unit = _ => ()): Unit =
    gapReader.start()
    optOutReader.start()
    if missing.contains(topics.optOuts) then
      log.warn("without the topic {} nobody can opt out", topics.optOuts)
    else
      while !optOutReader.awaitCaughtUp(timeoutMs = 5_000) do
        val why = optOutReader.trouble.fold("")(trouble => s" ($trouble)")
        onTrouble(Some(s"waiting for the opt-outs of ${topics.optOuts}$why"))
    onTrouble(None)
    if missing.contains(topics.ingestEvents) then
      log.warn("without the topic {} the coverage of windows is unknown", topics.ingestEvents)
    else if !gapReader.awaitCaughtUp(timeoutMs = 10_000) then
      log.warn("gaps are not all read yet: the coverage of windows is unknown until then")

  override def close(): Unit =
    gapReader.close()
    optOutReader.close()

object SideTopics:
  def of(settings: Settings): SideTopics =
    val own = Map(
      ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG -> "false",
      ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG -> "false",
      // A topic that was made anew is read from its beginning: the end would pass over what it has.
      ConsumerConfig.AUTO_OFFSET_RESET_CONFIG -> "earliest",
      // How soon it is seen that a topic has more partitions than before.
      ConsumerConfig.METADATA_MAX_AGE_CONFIG -> "30000",
      ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG -> classOf[ByteArrayDeserializer].getName,
      ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG -> classOf[ByteArrayDeserializer].getName
    )
    SideTopics(settings.topics, () => KafkaConsumer(settings.kafka.propertiesWith(own)))
