package twitchstats.processor.archive

import munit.Assertions.{assertEquals, fail}
import org.apache.kafka.clients.consumer.{ConsumerRecord, MockConsumer, OffsetAndMetadata}
import org.apache.kafka.common.TopicPartition
import twitchstats.processor.count.OptedOut
import twitchstats.processor.settings.{BatchLimits, Topics}
import java.time.Duration
import java.util
import scala.collection.mutable

/** An archiver between a consumer and a Cassandra that do as they are told. */
final class Archiving(
    maxInFlight: Int = 64,
    mostPending: Int = 1_000,
    drainMs: Long = 4_000,
    settleMs: Long = 0,
    isOptedOut: OptedOut = _ => false,
    onLag: (String, Long) => Unit = (_, _) => ()
):
  import Archiving.*

  private val tables = FakeTables()
  val cassandra = FakeCassandra(tables)
  val positions = mutable.ArrayBuffer.empty[Long]
  val health = CassandraHealth()
  health.answered()
  private val writer = Writer(cassandra.execute, ArchiveMetrics.None, health, maxInFlight)
  private var nextOffset = 0L

  // Committed positions outlive the close, and what is paused learns of no end, as in a real one.
  val consumer = new MockConsumer[Array[Byte], Array[Byte]]("earliest"):
    override def currentLag(of: TopicPartition): util.OptionalLong =
      if paused.contains(of) then util.OptionalLong.empty else super.currentLag(of)

    override def commitSync(
        offsets: util.Map[TopicPartition, OffsetAndMetadata],
        timeout: Duration
    ): Unit =
      super.commitSync(offsets, timeout)
      Option(offsets.get(chat)).foreach(positions += _.offset)

  private val archiver = Archiver(
    consumer,
    tables,
    writer,
    topics,
    ArchiverOptions(
      BatchLimits(rows = 1),
      health,
      metrics = LagOnly(onLag),
      isOptedOut = isOptedOut,
      drainMs = drainMs,
      settleMs = settleMs,
      mostPending = mostPending,
      commitIntervalMs = 0,
      busyPollMs = 0,
      idlePollMs = 0
    )
  )
  consumer.updateBeginningOffsets(util.Map.of(chat, 0L, windows, 0L))
  poll(consumer.rebalance(util.List.of(chat, windows)))

  def poll(happens: => Any = ()): Unit = consumer.schedulePollTask(() => happens: Unit)

  def arrive(texts: String*): Unit = texts.foreach: text =>
    val value = if text.startsWith("\u0000") then text.getBytes else Messages.json(text)
    consumer.addRecord(ConsumerRecord("chat", 0, nextOffset, "a".getBytes, value))
    nextOffset += 1

  /** What follows a seek to the beginning. */
  def arriveAgain(texts: String*): Unit =
    nextOffset = 0
    arrive(texts*)

  /** The position committed so far; 0 for none. */
  def expect(committed: Long): Unit =
    assertEquals(positions.lastOption.getOrElse(0L), committed)

  def untilWritten(rows: String*): Unit =
    val end = System.nanoTime + 30_000_000_000L
    while !cassandra.synchronized(rows.forall(cassandra.rows.contains)) do
      if System.nanoTime > end then fail(s"never written: $rows")
      Thread.onSpinWait()

  /** Until a stop, which comes with the poll in which `atLast` happens. */
  def run(atLast: => Any = ()): Unit =
    poll:
      atLast
      stop()
    untilStopped()

  def stop(): Unit = archiver.stop()

  def untilStopped(): Unit =
    try archiver.run()
    finally writer.close()

object Archiving:
  val chat = TopicPartition("chat", 0)
  val windows = TopicPartition("windows", 0)
  private val topics = Topics("chat", "stats", "windows", "dead", "events", "opt-outs")

private final class LagOnly(onLag: (String, Long) => Unit) extends ArchiveMetrics:
  def lag(topic: String, partition: Int, records: Long): Unit = onLag(topic, records)
  def noLag(topic: String, partition: Int): Unit = ()
  def written(kind: WriteKind, rows: Int, nanos: Long): Unit = ()
  def failed(kind: WriteKind): Unit = ()
  def skipped(): Unit = ()
  def inFlight(requests: Int): Unit = ()
