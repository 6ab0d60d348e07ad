package twitchstats.processor.archive

import org.apache.kafka.clients.consumer.{
  CloseOptions,
  Consumer,
  ConsumerRebalanceListener,
  ConsumerRecord,
  OffsetAndMetadata
}
import org.apache.kafka.common.{KafkaException, TopicPartition}
import org.apache.kafka.common.errors.{RebalanceInProgressException, TimeoutException}
import org.slf4j.LoggerFactory
import twitchstats.processor.count.ChannelStats
import twitchstats.processor.message.{ArrivalTime, Decoder, RecordPlace}
import twitchstats.processor.settings.Topics
import java.time.Duration
import java.util
import scala.collection.mutable
import scala.jdk.CollectionConverters.*
import scala.util.{Failure, Success, Try}

/** Polls, writes, and commits what is written: one thread from the first poll to the last commit.
  *
  * Never skips: when Cassandra is away the partitions are paused, and what was read is repeated
  * until it is there. When a node was lost, what it had acknowledged lately is read and written
  * again. Memory is bounded by one poll, what the consumer fetches ahead, and `mostPending`.
  */
final class Archiver(
    consumer: Consumer[Array[Byte], Array[Byte]],
    tables: Tables,
    writer: Writer,
    topics: Topics,
    options: ArchiverOptions
):
  import options.*

  private val log = LoggerFactory.getLogger(classOf[Archiver])
  private val trackers = mutable.HashMap.empty[TopicPartition, OffsetTracker]
  private val backlog = mutable.ArrayDeque.empty[Write]
  private var names = ChannelNames()
  private val clock = WriteClock()
  private var nextCommitNanos = System.nanoTime
  private var nextEndsNanos = System.nanoTime
  private var isClosing = false
  @volatile private var stopping = false
  @volatile private var partitionCount = 0
  @volatile private var isPaused = false

  def partitions: Int = partitionCount
  def paused: Boolean = isPaused

  /** Returns after [[stop]], with everything accepted written and committed, or else read again by
    * the next to own it.
    */
  def run(): Unit =
    try
      consumer.subscribe(List(topics.input, topics.windows).asJava, onRebalance)
      while !stopping do step()
      settleAll()
    finally
      isClosing = true
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)))

  /** From any thread. */
  def stop(): Unit = stopping = true

  private def step(): Unit =
    settle(waitMs = if backlog.nonEmpty then 20 else 0)
    rewindWhenNodeWasLost()
    submit()
    pauseOrResume(backlog.nonEmpty || !health.isConnected || pending > mostPending)
    // With the partitions paused a poll only keeps the membership.
    val wait = if isPaused || writer.inFlight > 0 then busyPollMs else idlePollMs
    val records = consumer.poll(Duration.ofMillis(wait))
    if !records.isEmpty then accept(records.asScala)
    if System.nanoTime >= nextCommitNanos then commit()

  private def accept(records: Iterable[ConsumerRecord[Array[Byte], Array[Byte]]]): Unit =
    val plan = WritePlan(tables, batches, names)
    records.foreach: record =>
      val partition = TopicPartition(record.topic, record.partition)
      val tracker = trackers.getOrElseUpdate(partition, OffsetTracker(record.offset))
      if record.topic == topics.input then acceptMessage(record, tracker, plan)
      else acceptWindow(record, tracker, plan)
    backlog ++= plan.result(clock.nextMicros)
    submit()

  private def acceptMessage(
      record: ConsumerRecord[Array[Byte], Array[Byte]],
      tracker: OffsetTracker,
      plan: WritePlan
  ): Unit =
    val arrivedAt = ArrivalTime.of(record)
    val place = RecordPlace(record.topic, record.partition, record.offset)
    Decoder.decode(record.key, record.value, place, arrivedAt) match
      case Right(message) if !isOptedOut(message) =>
        plan.add(message, tracker.begin(record.offset, plan.writesOf(message)))
      case Right(_) => tracker.begin(record.offset, 0): Unit
      case Left(_) =>
        // The count reports dead letters, once, in its transaction.
        metrics.skipped()
        tracker.begin(record.offset, 0): Unit

  private def acceptWindow(
      record: ConsumerRecord[Array[Byte], Array[Byte]],
      tracker: OffsetTracker,
      plan: WritePlan
  ): Unit =
    Try(Option(record.value).map(ChannelStats.fromJson)) match
      case Success(Some(stats)) => plan.add(withoutHidden(stats), tracker.begin(record.offset, 1))
      case Success(None) => tracker.begin(record.offset, 0): Unit
      case Failure(unreadable) =>
        log.atWarn
          .addKeyValue("topic", record.topic)
          .addKeyValue("partition", record.partition)
          .addKeyValue("offset", record.offset)
          .log("not a window: {}", unreadable.getMessage)
        tracker.begin(record.offset, 0): Unit

  /** It may have been counted before somebody opted out, and come here long after. */
  private def withoutHidden(stats: ChannelStats): ChannelStats =
    val shown = stats.topChatters.filterNot(c => isOptedOut.isHidden(stats.channelId, c.userId))
    if shown.sizeCompare(stats.topChatters) == 0 then stats else stats.copy(topChatters = shown)

  private def submit(): Unit =
    while backlog.nonEmpty && writer.hasRoom do writer.submit(backlog.removeHead())

  private def settle(waitMs: Long): Unit =
    var done = writer.nextDone(waitMs)
    while done.isDefined do
      val write = done.get
      write.entries.foreach(_.writeDone(write.acknowledgedNanos))
      done = writer.nextDone(0)

  /** A node that was killed may have forgotten what it had acknowledged lately. Nothing of that was
    * committed.
    */
  private def rewindWhenNodeWasLost(): Unit =
    val settled = settledNanos
    if health.takeLoss() then
      var records = 0
      trackers.foreach: (partition, tracker) =>
        records += tracker.pending
        consumer.seek(partition, tracker.rewind(settled))
      backlog.clear()
      names = ChannelNames()
      if records > 0 then
        log.warn("a node of Cassandra was lost: {} records are read and written again", records)

  /** What was acknowledged until then is settled. Time passes only with answers: a node that is
    * paused secures nothing.
    */
  private def settledNanos: Long = health.lastAnswerNanos - settleMs * 1_000_000

  private def pauseOrResume(pause: Boolean): Unit =
    if pause != isPaused then
      if pause then consumer.pause(consumer.assignment) else consumer.resume(consumer.paused)
      isPaused = pause

  private def pending: Int = trackers.values.iterator.map(_.pending).sum

  private def settleAll(): Unit =
    drain(drainMs)
    commit()

  /** Waits for what was accepted, at most `timeoutMs`; not for a Cassandra that is away. */
  private def drain(timeoutMs: Long): Unit =
    val end = System.nanoTime + timeoutMs * 1_000_000
    def isWaiting = (backlog.nonEmpty || writer.inFlight > 0) && health.isConnected
    while isWaiting && System.nanoTime < end do
      submit()
      settle(waitMs = 20)
    settle(0)

  private def commit(): Unit =
    nextCommitNanos = System.nanoTime + commitIntervalMs * 1_000_000
    rewindWhenNodeWasLost()
    val settled = settledNanos
    val positions = for
      (partition, tracker) <- trackers.toList
      _ = position(partition).foreach(tracker.skipTo(_, settled))
      position <- tracker.committable(settled)
    yield partition -> position
    if positions.nonEmpty then
      try
        consumer.commitSync(
          positions.map((tp, at) => tp -> OffsetAndMetadata(at)).toMap.asJava,
          Duration.ofMillis(if stopping then 2_000 else 5_000)
        )
        positions.foreach((partition, at) => trackers(partition).markCommitted(at))
      catch
        case _: RebalanceInProgressException => () // The next poll settles it, then we try again.
        case failure: KafkaException =>
          val next = if stopping then "what was written is read again" else "the same ones follow"
          log.warn("offsets were not committed, {}: {}", next, failure.getMessage)
    if !health.isConnected || pending > 0 then writer.probe()
    reportLag()

  /** None while its leader is asked whether it still holds, which is not waited for. */
  private def position(partition: TopicPartition): Option[Long] =
    try Some(consumer.position(partition, Archiver.Patience))
    catch case _: TimeoutException => None

  private def reportLag(): Unit =
    if isPaused then reportLagOfPaused()
    else
      consumer.assignment.asScala.foreach: partition =>
        val lag = consumer.currentLag(partition)
        if lag.isPresent then metrics.lag(partition.topic, partition.partition, lag.getAsLong)

  /** What is paused is not fetched, so the consumer does not learn how far behind it falls. */
  private def reportLagOfPaused(): Unit =
    if System.nanoTime >= nextEndsNanos then
      nextEndsNanos = System.nanoTime + Archiver.EndsIntervalNanos
      // A broker that is away as well leaves the gauge as it is.
      Try:
        consumer.endOffsets(consumer.assignment, Archiver.Patience).asScala.foreach: (partition, end) =>
          val lag = (end - consumer.position(partition, Archiver.Patience)).max(0)
          metrics.lag(partition.topic, partition.partition, lag)
      : Unit

  private object onRebalance extends ConsumerRebalanceListener:
    override def onPartitionsAssigned(added: util.Collection[TopicPartition]): Unit =
      partitionCount = consumer.assignment.size
      // New ones come unpaused; the next step decides anew.
      if isPaused then consumer.pause(added)

    override def onPartitionsRevoked(gone: util.Collection[TopicPartition]): Unit =
      // A close revokes too, when all that could be settled is settled.
      if !isClosing then settleAll()
      onPartitionsLost(gone)

    override def onPartitionsLost(gone: util.Collection[TopicPartition]): Unit =
      gone.asScala.foreach: partition =>
        trackers.remove(partition)
        metrics.noLag(partition.topic, partition.partition)
      partitionCount = consumer.assignment.asScala.count(!gone.contains(_))

object Archiver:
  private val Patience = Duration.ofSeconds(1)
  private val EndsIntervalNanos = 5_000_000_000L
