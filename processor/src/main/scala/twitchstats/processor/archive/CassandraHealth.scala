package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.servererrors.CoordinatorException
import org.slf4j.LoggerFactory

/** Whether Cassandra answers, by the last thing it did. Says so in the log when that changes. */
final class CassandraHealth:
  private val log = LoggerFactory.getLogger(classOf[CassandraHealth])
  @volatile private var connected = false

  def isConnected: Boolean = connected

  def answered(): Unit =
    if !connected then
      connected = true
      log.info("Cassandra is connected")

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
