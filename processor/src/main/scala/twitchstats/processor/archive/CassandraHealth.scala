package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.metadata.{Node, NodeStateListenerBase}
import com.datastax.oss.driver.api.core.servererrors.{
  CoordinatorException,
  QueryValidationException
}
import org.slf4j.LoggerFactory
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import scala.jdk.CollectionConverters.*

/** Whether Cassandra answers, by the last thing it did. Says so in the log when that changes. */
final class CassandraHealth extends NodeStateListenerBase:
  private val log = LoggerFactory.getLogger(classOf[CassandraHealth])
  @volatile private var connected = false
  @volatile private var answerNanos = System.nanoTime
  private val isLossUnseen = AtomicBoolean()
  private val refusals = ConcurrentHashMap[WriteKind, String]()

  def isConnected: Boolean = connected

  /** When it last answered anything, as `System.nanoTime`; from the loss of a node on, before that
    * loss, until somebody has taken it.
    */
  def lastAnswerNanos: Long = answerNanos

  /** Whether a node was lost since the last call. Who killed it took what it had not yet secured. */
  def takeLoss(): Boolean = isLossUnseen.getAndSet(false)

  /** All connections to a node broke. */
  override def onDown(node: Node): Unit = isLossUnseen.set(true)

  def answered(): Unit =
    if !isLossUnseen.get then answerNanos = System.nanoTime
    if !connected then
      connected = true
      log.info("Cassandra is connected")

  /** What it will not write however often it is asked: a right that was not given, a table or
    * column that is not there. None when it takes all.
    */
  def refusal: Option[String] = refusals.values.asScala.headOption

  /** Who asks anew finds out anew. */
  def forgetRefusals(): Unit = refusals.clear()

  def accepted(kind: WriteKind): Unit = if !refusals.isEmpty then refusals.remove(kind): Unit

  /** Says so in the log when it is new. */
  def rejected(kind: WriteKind, why: Throwable): Unit =
    why match
      case refused: QueryValidationException =>
        val reason = s"Cassandra refuses ${kind.label}: ${refused.getMessage}"
        if refusals.put(kind, reason) != reason then log.error(reason)
      case _ => ()

  /** A server that answers, if only that it is too busy, is not away. */
  def failed(why: Throwable): Unit =
    why match
      case _: CoordinatorException => answered()
      case _ =>
        if connected then
          connected = false
          log.warn(
            "Cassandra is away, writes wait and are repeated: {}",
            String.valueOf(why.getMessage)
          )
