package twitchstats.processor.roles

import com.datastax.oss.driver.api.core.CqlSession
import org.apache.kafka.clients.consumer.{ConsumerConfig, KafkaConsumer}
import org.apache.kafka.common.serialization.ByteArrayDeserializer
import org.slf4j.LoggerFactory
import twitchstats.processor.archive.*
import twitchstats.processor.ops.{ArchiverHealth, Metrics}
import twitchstats.processor.settings.Settings
import scala.annotation.tailrec
import scala.jdk.CollectionConverters.*
import scala.util.{Failure, Success, Try}

/** The archiver as a running thing: connects, prepares, archives, and begins again after a failure.
  */
final class ArchiveRole(settings: Settings, metrics: Metrics, side: SideTopics) extends Role:
  private val log = LoggerFactory.getLogger(classOf[ArchiveRole])
  private val cassandra = CassandraHealth()
  private val thread = Thread(() => run(), "archiver")
  @volatile private var archiver = Option.empty[Archiver]
  @volatile private var isStopping = false

  override val name = "archive"

  def health: ArchiverHealth =
    val state = archiver match
      case Some(a) if a.partitions > 0 && cassandra.isConnected => "running"
      case _ if !cassandra.isConnected && everConnected => "paused"
      case _ => "starting"
    val connection = if cassandra.isConnected then "connected" else "away"
    ArchiverHealth(state, archiver.fold(0)(_.partitions), connection)

  override def start(): Unit =
    thread.setDaemon(true)
    thread.start()

  override def stop(timeoutMs: Long): Unit =
    isStopping = true
    archiver.foreach(_.stop())
    thread.join(timeoutMs)
    if thread.isAlive then log.warn("the archiver did not end within {} ms", timeoutMs)

  private def everConnected = session.isDefined
  @volatile private var session = Option.empty[CqlSession]

  private def run(): Unit =
    session = connect()
    session.foreach: open =>
      var failures = 0
      while !isStopping do
        try archive(open)
        catch
          case failure: Exception =>
            failures += 1
            log.error("the archiver failed and begins again: {}", failure.getMessage, failure)
            pause(Backoff.delayMs(failures))
      open.close()

  /** None when stopped before any node answered. */
  @tailrec
  private def connect(failures: Int = 0): Option[CqlSession] =
    val opening = CassandraSession.open(settings.cassandra).toCompletableFuture
    while !opening.isDone && !isStopping do Thread.sleep(100)
    if isStopping then None
    else
      Try(opening.get()) match
        case Success(open) =>
          cassandra.answered()
          Some(open)
        case Failure(refused) =>
          // A wrong password, say: nothing the driver would try again by itself.
          log.error("Cassandra cannot be used: {}", refused.getMessage)
          pause(Backoff.delayMs(failures + 1))
          connect(failures + 1)

  private def archive(open: CqlSession): Unit =
    val tables = Tables(open, settings.cassandra)
    val writer = Writer(open, metrics.archive, cassandra, settings.archive.inFlight)
    try
      val next = Archiver(
        KafkaConsumer(consumerProperties.asJava),
        tables,
        writer,
        settings.topics,
        ArchiverOptions(
          settings.archive.batchRows,
          cassandra,
          metrics.archive,
          side.isOptedOut
        )
      )
      archiver = Some(next)
      if isStopping then next.stop()
      next.run()
    finally
      archiver = None
      writer.close()

  private def pause(ms: Long): Unit = if !isStopping then Thread.sleep(ms)

  private def consumerProperties: Map[String, Object] =
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
    ) ++ settings.kafka.groupInstanceId.map: id =>
      ConsumerConfig.GROUP_INSTANCE_ID_CONFIG -> s"$id-archiver"
    (settings.kafka.clientProperties ++ own).map((key, value) => key -> value.asInstanceOf[Object])
