package twitchstats.processor.side

import org.apache.kafka.clients.consumer.{Consumer, ConsumerRecord}
import org.apache.kafka.common.TopicPartition
import org.apache.kafka.common.errors.WakeupException
import org.slf4j.LoggerFactory
import twitchstats.processor.count.Bytes
import twitchstats.processor.ops.Reasons
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.MILLISECONDS
import scala.jdk.CollectionConverters.*

/** Follows a small topic from its beginning, all partitions, in a thread of its own and without a
  * group: what every instance has to know whole. Begins again, from the beginning, after a failure
  * and when the topic has other partitions than before, and waits for a topic that is not there.
  *
  * @param onRecord
  *   called for each record in order of its partition, from that one thread; the same record may
  *   come twice
  * @param lookAgainMs
  *   how often it looks which partitions there are; for a topic that is missing sooner at first, for
  *   a broker may not know yet what was just made
  */
final class WholeTopic(
    topic: String,
    newConsumer: () => Consumer[Bytes, Bytes],
    onRecord: ConsumerRecord[Bytes, Bytes] => Unit,
    lookAgainMs: Long = 30_000
) extends AutoCloseable:
  import WholeTopic.*

  private val log = LoggerFactory.getLogger(classOf[WholeTopic])
  private val caughtUp = CountDownLatch(1)
  private val thread = Thread(() => run(), s"whole-$topic")
  private val stopped = CountDownLatch(1)
  /** How often in a row. */
  private var missing = 0
  /** Why it cannot be read, while it cannot. */
  @volatile private var failing = Option.empty[String]
  @volatile private var consumer = Option.empty[Consumer[Bytes, Bytes]]

  def start(): this.type =
    thread.setDaemon(true)
    thread.start()
    this

  /** True once everything was read that was there at the start; not while there is no topic. */
  def isCaughtUp: Boolean = caughtUp.getCount == 0

  def awaitCaughtUp(timeoutMs: Long): Boolean = caughtUp.await(timeoutMs, MILLISECONDS)

  def trouble: Option[String] = failing

  override def close(): Unit =
    stopped.countDown()
    consumer.foreach(_.wakeup())
    thread.join(2_000)

  private def isStopping: Boolean = stopped.getCount == 0

  private def pause(ms: Long): Unit = stopped.await(ms, MILLISECONDS): Unit

  private def run(): Unit =
    while !isStopping do
      try follow()
      catch
        case _: WakeupException => ()
        case failure: Exception =>
          val why = s"$topic cannot be read: ${Reasons.of(failure)}"
          if !failing.contains(why) then log.warn("{}; trying again", why)
          failing = Some(why)
          pause(2_000)

  private def follow(): Unit =
    val reader = newConsumer()
    consumer = Some(reader)
    val isMissing =
      try
        val partitions = partitionsOf(reader)
        if partitions.nonEmpty then read(reader, partitions)
        partitions.isEmpty
      finally
        consumer = None
        reader.close()
    if isMissing then
      pause((FirstLookMs << missing.min(20)).min(lookAgainMs))
      missing += 1

  private def partitionsOf(reader: Consumer[Bytes, Bytes]): Set[TopicPartition] =
    val found = Option(reader.partitionsFor(topic)).toList.flatMap(_.asScala)
    found.map(p => TopicPartition(topic, p.partition)).toSet

  /** Until it is to end, or has other partitions. */
  private def read(reader: Consumer[Bytes, Bytes], partitions: Set[TopicPartition]): Unit =
    if missing > 0 then log.info("the topic {} is there now", topic)
    missing = 0
    val all = partitions.asJava
    reader.assign(all)
    reader.seekToBeginning(all)
    val ends = reader.endOffsets(all).asScala
    var lookedAt = System.nanoTime
    var isSame = true
    while !isStopping && isSame do
      if System.nanoTime - lookedAt >= MILLISECONDS.toNanos(lookAgainMs) then
        isSame = partitionsOf(reader) == partitions
        lookedAt = System.nanoTime
      if !isCaughtUp && ends.forall((partition, end) => reader.position(partition) >= end) then
        caughtUp.countDown()
      reader.poll(Duration.ofSeconds(1)).forEach(record => onRecord(record))
      failing = None

object WholeTopic:
  private val FirstLookMs = 500L
