package twitchstats.processor.roles

import org.apache.kafka.streams.KafkaStreams.State
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse
import org.apache.kafka.streams.{CloseOptions, KafkaStreams}
import org.slf4j.LoggerFactory
import twitchstats.processor.count.*
import twitchstats.processor.ops.{Metrics, OffsetsCheck, Reasons, StreamsHealth}
import twitchstats.processor.settings.Settings
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.atomic.AtomicReference
import scala.jdk.CollectionConverters.*
import scala.util.Try

/** The count as a running thing: one Kafka Streams client, made anew when it failed for good. */
final class CountRole(
    settings: Settings,
    metrics: Metrics,
    side: SideTopics,
    backoffMs: Long = 3_000
) extends Role:
  private val log = LoggerFactory.getLogger(classOf[CountRole])
  private val options = CountOptions(
    windowSizeMs = settings.count.windowSizeMs,
    retentionMs = settings.count.retentionMs,
    emitIntervalMs = settings.count.emitIntervalMs,
    budget = MemoryBudget(settings.count.memoryBytes),
    memory = TableMemory.under(Path.of(settings.count.stateDir)),
    metrics = metrics.count,
    deduplicate = settings.count.deduplicate,
    isOptedOut = side.isOptedOut,
    coverage = side.gaps
  )
  @volatile private var streams: KafkaStreams = null
  @volatile private var refusal = Option.empty[String]
  @volatile private var heldBack = Option.empty[String]
  /** What stopped stream threads for the second time in a minute, and when that began. */
  @volatile private var repeating = Option.empty[String]
  @volatile private var failedNanos = System.nanoTime - CountRole.RepeatNanos
  private val failing = Object()
  private val reportedLag = AtomicReference(Set.empty[Int])
  @volatile private var stateSinceNanos = System.nanoTime
  private val pause = Pause()

  override val name = "count"

  def health: StreamsHealth =
    val current = streams
    if current == null then StreamsHealth("CREATED", 0)
    else
      val reason = refusal.orElse(heldBack).orElse(lasting)
      StreamsHealth(current.state.name, partitions(current), reason)

  override def start(): Unit = synchronized:
    if !pause.isStopping then
      val next = KafkaStreams(CountTopology(settings.topics, options), StreamsProperties(settings))
      next.setStateListener((now, _) => onState(now))
      next.setUncaughtExceptionHandler(failure => onFailure(failure))
      streams = next
      next.start()
      if !watch.isAlive then watch.start()

  override def stop(timeoutMs: Long): Unit =
    pause.stop()
    synchronized:
      if streams != null then
        // Leaving at once hands the partitions over; otherwise they wait for the session timeout.
        val leave = CloseOptions
          .timeout(Duration.ofMillis(timeoutMs))
          .withGroupMembershipOperation(leaveOrRemain)
        if !streams.close(leave) then log.warn("the count did not end within {} ms", timeoutMs)

  /** Records not read yet, by topic and partition: what the consumers themselves say. */
  def reportLag(): Unit =
    val lags = Option(streams).fold(Map.empty[Int, Double])(lagByPartition)
    lags.foreach((partition, lag) => metrics.lag("count", settings.topics.input, partition, lag))
    val gone = reportedLag.getAndSet(lags.keySet) -- lags.keySet
    gone.foreach(metrics.noLag("count", settings.topics.input, _))

  private def lagByPartition(of: KafkaStreams): Map[Int, Double] =
    val topic = settings.topics.input
    of.metrics.asScala.iterator
      .filter((name, _) => name.name == "records-lag" && name.tags.get("topic") == topic)
      .map((name, metric) => name.tags.get("partition").toInt -> metric.metricValue)
      .collect { case (at, lag: java.lang.Double) if !lag.isNaN => at -> lag.toDouble }
      .toMap

  /** A static member keeps its place (KIP-345): that is what it is for. */
  private def leaveOrRemain =
    if settings.kafka.groupInstanceId.isDefined then
      CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
    else CloseOptions.GroupMembershipOperation.LEAVE_GROUP

  private def partitions(of: KafkaStreams): Int =
    of.metadataForLocalThreads.asScala.toList.map(_.activeTasks.size).sum

  private def onState(now: State): Unit =
    log.info("the count is {}", now.name)
    stateSinceNanos = System.nanoTime
    if now == State.RUNNING then
      refusal = None
      heldBack = None
    if now == State.ERROR && !pause.isStopping then restartSoon()

  private def onFailure(failure: Throwable): StreamThreadExceptionResponse =
    if Reasons.isRefusal(failure) then refused(failure)
    else failed(failure)
    failure match
      case _: Error => StreamThreadExceptionResponse.SHUTDOWN_CLIENT
      case _ =>
        // A cause that stays must not spin, nor hold up a stop.
        pause(if refusal.isDefined then backoffMs else CountRole.ReplaceMs)
        StreamThreadExceptionResponse.REPLACE_THREAD

  /** One failure may be a broker that went away, for all threads at once; the same once more is
    * told to who asks.
    */
  private def failed(failure: Throwable): Unit =
    log.error("a stream thread failed", failure)
    failing.synchronized:
      if sinceFailureNanos > CountRole.TogetherNanos then
        repeating = Option.when(hasFailedLately):
          s"a stream thread fails again and again: ${Reasons.of(failure)}"
        failedNanos = System.nanoTime

  private def lasting: Option[String] = repeating.filter(_ => hasFailedLately)

  private def hasFailedLately: Boolean = sinceFailureNanos < CountRole.RepeatNanos

  private def sinceFailureNanos: Long = System.nanoTime - failedNanos

  /** A right may be given, a password mended on the broker: so it goes on trying, and says why. */
  private def refused(failure: Throwable): Unit =
    val reason = Reasons.rootOf(failure) match
      case unfit: UnfitState => unfit.getMessage
      case _ => s"Kafka refuses the count: ${Reasons.of(failure)}"
    if !refusal.contains(reason) then log.error(reason)
    refusal = Some(reason)

  /** Kafka Streams waits without a word where offsets are held back. */
  private val watch = Thread(
    () =>
      while !pause.isStopping do
        pause(CountRole.WatchMs)
        if isLate then areOffsetsHeldBack.foreach(onOffsets)
    ,
    "count-watch"
  )
  watch.setDaemon(true)

  private def areOffsetsHeldBack =
    Try(OffsetsCheck.isHeldBack(settings.kafka, settings.topics.input))

  private def isLate: Boolean =
    streams.state == State.REBALANCING &&
      System.nanoTime - stateSinceNanos > CountRole.PatienceMs * 1_000_000

  private def onOffsets(areHeldBack: Boolean): Unit =
    val reason = Option.when(areHeldBack && isLate):
      s"Kafka holds the offsets of ${settings.kafka.applicationId} back for a transaction that does " +
        "not end: restart Kafka if this lasts"
    if reason != heldBack then reason.foreach(log.error)
    heldBack = reason

  private def restartSoon(): Unit =
    val thread = Thread(
      () =>
        var isStarted = false
        while !isStarted && !pause.isStopping do
          pause(backoffMs)
          streams.close(Duration.ofSeconds(10)): Unit
          try
            start()
            isStarted = true
          catch
            case failure: Exception => log.error("the count cannot start, trying again", failure)
      ,
      "count-restart"
    )
    thread.setDaemon(true)
    thread.start()

object CountRole:
  /** A transaction of a killed count is aborted after 10 s (`transaction.timeout.ms` of Streams). */
  private val PatienceMs = 20_000L
  private val WatchMs = 5_000L
  private val RepeatNanos = 60_000_000_000L
  private val ReplaceMs = 1_000L
  /** A thread that was replaced fails later than this again. */
  private val TogetherNanos = ReplaceMs * 1_000_000
