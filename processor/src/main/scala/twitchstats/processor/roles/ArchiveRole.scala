package twitchstats.processor.roles

import com.datastax.oss.driver.api.core.CqlSession
import org.apache.kafka.clients.consumer.{ConsumerConfig, KafkaConsumer}
import org.apache.kafka.common.serialization.ByteArrayDeserializer
import org.slf4j.LoggerFactory
import twitchstats.processor.archive.*
import twitchstats.processor.ops.{ArchiverHealth, Metrics, Reasons}
import twitchstats.processor.settings.{KafkaSettings, Settings}
import scala.annotation.tailrec
import scala.util.{Failure, Success, Try}

/** The archiver as a running thing: connects, prepares, archives, and begins again after a failure.
  */
final class ArchiveRole(settings: Settings, metrics: Metrics, side: SideTopics) extends Role:
  private val log = LoggerFactory.getLogger(classOf[ArchiveRole])
  private val cassandra = CassandraHealth()
  private val thread = Thread(() => run(), "archiver")
  private val pause = Pause()
  @volatile private var archiver = Option.empty[Archiver]
  @volatile private var session = Option.empty[CqlSession]
  @volatile private var trouble = Option.empty[String]
  @volatile private var isRefused = false

  override val name = "archive"

  def health: ArchiverHealth =
    val works = archiver.exists(_.partitions > 0)
    val state =
      if isRefused && !works || cassandra.refusal.isDefined then "failed"
      else if works && cassandra.isConnected then "running"
      else if session.isDefined && !cassandra.isConnected then "paused"
      else "starting"
    val connection = if cassandra.isConnected then "connected" else "away"
    val reason = trouble.filterNot(_ => works).orElse(cassandra.refusal)
    ArchiverHealth(state, archiver.fold(0)(_.partitions), connection, reason)

  override def start(): Unit =
    thread.setDaemon(true)
    thread.start()

  override def stop(timeoutMs: Long): Unit =
    pause.stop()
    archiver.foreach(_.stop())
    thread.join(timeoutMs)
    if thread.isAlive then log.warn("the archiver did not end within {} ms", timeoutMs)

  private def run(): Unit =
    session = connect()
    session.foreach: open =>
      var failures = 0
      while !pause.isStopping do
        val begunNanos = System.nanoTime
        try archive(open)
        catch
          // Whatever it is: a thread that ended would leave a process that lives and archives nothing.
          case failed: Throwable =>
            // Sooner it is still the trouble of before.
            if System.nanoTime - begunNanos > ArchiveRole.SteadyNanos then
              failures = 0
              works()
            failures += 1
            tell("the archiver failed and begins again", failed, isRefusal = true)
            pause(Backoff.delayMs(failures))
      open.close()

  /** None when stopped before any node answered. */
  @tailrec
  private def connect(failures: Int = 0): Option[CqlSession] =
    val opening = Try(CassandraSession.open(settings.cassandra, cassandra).toCompletableFuture)
    opening.foreach(session => while !session.isDone && !pause.isStopping do pause(50))
    if pause.isStopping then None
    else
      opening.flatMap(session => Try(session.get())) match
        case Success(open) =>
          cassandra.answered()
          works()
          Some(open)
        case Failure(failed) =>
          val nodes = settings.cassandra.hosts.mkString(",")
          if Reasons.isRefusal(failed) then
            tell(s"Cassandra at $nodes cannot be used", failed, isRefusal = true)
          else tell(s"waiting for Cassandra at $nodes", failed, isRefusal = false)
          pause(Backoff.delayMs(failures + 1))
          connect(failures + 1)

  /** Once in the log, however often it is tried again; in `/health` as long as it lasts. */
  private def tell(what: String, why: Throwable, isRefusal: Boolean): Unit =
    val reason = s"$what: ${Reasons.of(why)}"
    if !trouble.contains(reason) then
      if !isRefusal then log.warn(reason)
      else if Reasons.isRefusal(why) then log.error(reason)
      else log.error(reason, why)
    trouble = Some(reason)
    isRefused = isRefusal

  private def works(): Unit =
    trouble = None
    isRefused = false

  private def archive(open: CqlSession): Unit =
    val tables = PreparedTables(open, settings.cassandra)
    cassandra.forgetRefusals()
    val writer = Writer(open.executeAsync(_), metrics.archive, cassandra, settings.archive.inFlight)
    try
      val next = Archiver(
        KafkaConsumer(consumerProperties),
        tables,
        writer,
        settings.topics,
        ArchiverOptions(
          settings.archive.batches,
          cassandra,
          metrics.archive,
          side.isOptedOut
        )
      )
      archiver = Some(next)
      if pause.isStopping then next.stop()
      next.run()
    finally
      archiver = None
      writer.close()

  private def consumerProperties =
    val session = settings.kafka.sessionTimeoutMs
    val own: Map[String, Any] = Map(
      ConsumerConfig.GROUP_ID_CONFIG -> settings.archive.groupId,
      ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG -> false,
      ConsumerConfig.AUTO_OFFSET_RESET_CONFIG -> "earliest",
      // Windows come in transactions; one that was aborted was never so.
      ConsumerConfig.ISOLATION_LEVEL_CONFIG -> "read_committed",
      ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG -> session,
      ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG -> (session / 4).max(250),
      ConsumerConfig.MAX_POLL_RECORDS_CONFIG -> 4_000,
      ConsumerConfig.FETCH_MAX_BYTES_CONFIG -> 8 * 1024 * 1024,
      ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG -> classOf[ByteArrayDeserializer],
      ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG -> classOf[ByteArrayDeserializer],
      ConsumerConfig.CLIENT_ID_CONFIG -> settings.archive.groupId
    ) ++ KafkaSettings.lingering(settings.archive.lingerMs) ++ settings.kafka.groupInstanceId.map:
      id => ConsumerConfig.GROUP_INSTANCE_ID_CONFIG -> s"$id-archiver"
    settings.kafka.propertiesWith(own)

object ArchiveRole:
  private val SteadyNanos = 60_000_000_000L
