package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.DefaultConsistencyLevel.ONE
import com.datastax.oss.driver.api.core.cql.{SimpleStatement, Statement}
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException
import org.slf4j.LoggerFactory
import java.util.concurrent.atomic.{AtomicBoolean, AtomicInteger}
import java.util.concurrent.{
  CompletionStage,
  Executors,
  LinkedBlockingQueue,
  RejectedExecutionException,
  TimeUnit
}

/** Sends writes until each succeeded; none is ever given up. Completions are picked up by the
  * thread that polls, so offsets are one thread's business.
  *
  * @param execute
  *   sends one request, and completes when the consistency level is met
  */
final class Writer(
    execute: Statement[?] => CompletionStage[?],
    metrics: ArchiveMetrics,
    health: CassandraHealth,
    maxInFlight: Int
) extends AutoCloseable:
  private val log = LoggerFactory.getLogger(classOf[Writer])
  private val done = LinkedBlockingQueue[Write]()
  private val sent = AtomicInteger()
  private val isProbing = AtomicBoolean()
  private val takenApart = AtomicInteger()
  private val congestion = Congestion(maxInFlight)
  private val retries = Executors.newSingleThreadScheduledExecutor: task =>
    val thread = Thread(task, "cassandra-retries")
    thread.setDaemon(true)
    thread

  /** Requests that have not succeeded yet, waiting ones included. */
  def inFlight: Int = sent.get

  /** Whether another request may be sent now. */
  def hasRoom: Boolean = sent.get < congestion.limit

  def submit(write: Write): Unit =
    metrics.inFlight(sent.incrementAndGet())
    send(write)

  /** A finished write, waiting for one up to `waitMs`. */
  def nextDone(waitMs: Long): Option[Write] =
    Option(if waitMs > 0 then done.poll(waitMs, TimeUnit.MILLISECONDS) else done.poll())

  /** Asks for a sign of life, where no write is going to bring one. */
  def probe(): Unit =
    if sent.get == 0 && isProbing.compareAndSet(false, true) then
      try
        execute(Writer.Probe)
          .whenComplete: (_, failure) =>
            isProbing.set(false)
            if failure == null then health.answered() else health.failed(failure)
          : Unit
      catch
        case closed: RuntimeException =>
          isProbing.set(false)
          health.failed(closed)

  override def close(): Unit = retries.shutdownNow(): Unit

  private def send(write: Write): Unit =
    val started = System.nanoTime
    try
      execute(write.statement)
        .whenComplete: (_, failure) =>
          if failure == null then succeeded(write, System.nanoTime - started)
          else failed(write, failure): Unit
    catch case closed: RuntimeException => retry(write, closed)

  private def succeeded(write: Write, nanos: Long): Unit =
    metrics.written(write.kind, write.size, nanos)
    write.acknowledgedNanos = System.nanoTime
    health.answered()
    health.accepted(write.kind)
    congestion.succeeded()
    if write.advance() then
      metrics.inFlight(sent.decrementAndGet())
      done.add(write): Unit
    else send(write)

  /** A batch that is refused once is refused for ever, as one that is too large; its rows may not
    * be.
    */
  private def failed(write: Write, failure: Throwable): Unit =
    failure match
      case refused: InvalidQueryException if write.takeApart() =>
        metrics.failed(write.kind)
        health.failed(refused)
        if takenApart.getAndIncrement() % 100 == 0 then
          log.warn(
            "Cassandra refuses several rows of {} at once, they go one by one: {}",
            write.kind.label,
            refused.getMessage
          )
        send(write)
      case _ => retry(write, failure)

  private def retry(write: Write, failure: Throwable): Unit =
    metrics.failed(write.kind)
    health.failed(failure)
    health.rejected(write.kind, failure)
    congestion.failed()
    write.failures += 1
    if write.failures % 100 == 0 then
      log.error("{} rows of {} failed {} times", write.size, write.kind, write.failures, failure)
    write.postpone()
    try
      val again: Runnable = () => send(write)
      retries.schedule(again, Backoff.delayMs(write.failures), TimeUnit.MILLISECONDS): Unit
    catch case _: RejectedExecutionException => () // Closed: the log will be read again.

object Writer:
  private[archive] val Probe =
    SimpleStatement.newInstance("SELECT key FROM system.local").setConsistencyLevel(ONE)
