package twitchstats.processor.archive

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

  def failed(why: Throwable): Unit =
    if connected then
      connected = false
      log.warn("Cassandra is away, writes wait and are repeated: {}", String.valueOf(why.getMessage))
