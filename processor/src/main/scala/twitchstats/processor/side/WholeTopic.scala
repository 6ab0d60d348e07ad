package twitchstats.processor.side

import org.apache.kafka.clients.consumer.{Consumer, ConsumerRecord}
import org.apache.kafka.common.TopicPartition
import org.apache.kafka.common.errors.WakeupException
import org.slf4j.LoggerFactory
import java.time.Duration
import java.util
import java.util.concurrent.{CountDownLatch, TimeUnit}
import scala.jdk.CollectionConverters.*

/** Follows a small topic from its beginning, all partitions, in a thread of its own and without a
  * group: what every instance has to know whole. Begins again, from the beginning, after a failure,
  * and waits for a topic that is not there.
  *
  * @param onRecord
  *   called for each record in order of its partition, from that one thread; the same record may
  *   come twice
  * @param lookAgainMs
  *   how often it looks whether a topic that was missing was made
  */
final class WholeTopic(
    topic: String,
    newConsumer: () => Consumer[Array[Byte], Array[Byte]],
    onRecord: ConsumerRecord[Array[Byte], Array[Byte]] => Unit,
    lookAgainMs: Long = 30_000
) extends AutoCloseable:
  private val log = LoggerFactory.getLogger(classOf[WholeTopic])
  private val caughtUp = CountDownLatch(1)
  private val thread = Thread(() => run(), s"whole-$topic")
  private val stopped = CountDownLatch(1)
  private var wasMissing = false
  @volatile private var consumer = Option.empty[Consumer[Array[Byte], Array[Byte]]]

  def start(): this.type =
    thread.setDaemon(true)
    thread.start()
    this

  /** True once everything was read that was there at the start; not while there is no topic. */
  def isCaughtUp: Boolean = caughtUp.getCount == 0

  def awaitCaughtUp(timeoutMs: Long): Boolean = caughtUp.await(timeoutMs, TimeUnit.MILLISECONDS)

  override def close(): Unit =
    stopped.countDown()
    consumer.foreach(_.wakeup())
    thread.join(2_000)

  private def isStopping: Boolean = stopped.getCount == 0

  private def pause(ms: Long): Unit = stopped.await(ms, TimeUnit.MILLISECONDS): Unit

  private def run(): Unit =
    while !isStopping do
      try follow()
      catch
        case _: WakeupException => ()
        case failure: Exception =>
          log.warn("{} cannot be read, trying again: {}", topic, failure.getMessage)
          pause(2_000)

  private def follow(): Unit =
    val reader = newConsumer()
    consumer = Some(reader)
    val isMissing =
      try
        val partitions = Option(reader.partitionsFor(topic)).toList.flatMap(_.asScala)
        if partitions.nonEmpty then
          read(reader, partitions.map(p => TopicPartition(topic, p.partition)).asJava)
        partitions.isEmpty
      finally
        consumer = None
        reader.close()
    if isMissing then
      wasMissing = true
      pause(lookAgainMs)

  private def read(
      reader: Consumer[Array[Byte], Array[Byte]],
      partitions: util.List[TopicPartition]
  ): Unit =
    if wasMissing then log.info("the topic {} is there now", topic)
    wasMissing = false
    reader.assign(partitions)
    reader.seekToBeginning(partitions)
    val ends = reader.endOffsets(partitions).asScala
    while !isStopping do
      if !isCaughtUp && ends.forall((partition, end) => reader.position(partition) >= end) then
        caughtUp.countDown()
      reader.poll(Duration.ofSeconds(1)).forEach(record => onRecord(record))
