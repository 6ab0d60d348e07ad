package twitchstats.processor.side

import org.apache.kafka.clients.consumer.{Consumer, ConsumerRecord}
import org.apache.kafka.common.TopicPartition
import org.apache.kafka.common.errors.WakeupException
import org.slf4j.LoggerFactory
import java.time.Duration
import java.util.concurrent.{CountDownLatch, TimeUnit}
import scala.jdk.CollectionConverters.*
import scala.util.Try

/** Follows a small topic from its beginning, all partitions, in a thread of its own and without a
  * group: what every instance has to know whole. Begins again, from the beginning, after a failure.
  *
  * @param onRecord
  *   called for each record in order of its partition, from that one thread; the same record may
  *   come twice
  */
final class WholeTopic(
    topic: String,
    newConsumer: () => Consumer[Array[Byte], Array[Byte]],
    onRecord: ConsumerRecord[Array[Byte], Array[Byte]] => Unit
) extends AutoCloseable:
  private val log = LoggerFactory.getLogger(classOf[WholeTopic])
  private val caughtUp = CountDownLatch(1)
  private val thread = Thread(() => run(), s"whole-$topic")
  @volatile private var stopping = false
  @volatile private var consumer = Option.empty[Consumer[Array[Byte], Array[Byte]]]

  def start(): this.type =
    thread.setDaemon(true)
    thread.start()
    this

  /** True once everything was read that was there at the start. */
  def isCaughtUp: Boolean = caughtUp.getCount == 0

  def awaitCaughtUp(timeoutMs: Long): Boolean = caughtUp.await(timeoutMs, TimeUnit.MILLISECONDS)

  override def close(): Unit =
    stopping = true
    consumer.foreach(_.wakeup())
    thread.join(2_000)

  private def run(): Unit =
    while !stopping do
      try follow()
      catch
        case _: WakeupException => ()
        case failure: Exception =>
          log.warn("{} cannot be read, trying again: {}", topic, failure.getMessage)
          Try(Thread.sleep(2_000)): Unit

  private def follow(): Unit =
    val reader = newConsumer()
    consumer = Some(reader)
    try
      val partitions =
        reader.partitionsFor(topic).asScala.map(p => TopicPartition(topic, p.partition)).asJava
      reader.assign(partitions)
      reader.seekToBeginning(partitions)
      val ends = reader.endOffsets(partitions).asScala
      while !stopping do
        if !isCaughtUp && ends.forall((partition, end) => reader.position(partition) >= end) then
          caughtUp.countDown()
        reader.poll(Duration.ofSeconds(1)).forEach(record => onRecord(record))
    finally
      consumer = None
      reader.close()
