package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.CqlSession
import com.datastax.oss.driver.api.core.config.{DefaultDriverOption, DriverConfigLoader}
import twitchstats.processor.settings.CassandraSettings
import java.net.InetSocketAddress
import java.time.Duration
import java.util.concurrent.CompletionStage
import scala.jdk.CollectionConverters.*

/** Opens the one session of the process. */
object CassandraSession:
  /** Tries each node once. The driver could go on trying by itself, but then never says why: a
    * wrong certificate would look like a server that is starting.
    */
  def open(settings: CassandraSettings, health: CassandraHealth): CompletionStage[CqlSession] =
    val builder = CqlSession.builder
      .withNodeStateListener(health)
      .addContactPoints(
        settings.hosts.map(h => InetSocketAddress(h.host, h.port)).asJava
      )
      .withLocalDatacenter(settings.datacenter)
      .withConfigLoader(options(settings))
    settings.username
      .zip(settings.password)
      .foreach: (user, password) =>
        builder.withAuthCredentials(user, password.reveal): Unit
    settings.tls.foreach(tls => builder.withSslEngineFactory(TlsContext.engineFactory(tls)): Unit)
    builder.buildAsync()

  private def options(settings: CassandraSettings): DriverConfigLoader =
    DriverConfigLoader.programmaticBuilder
      .withBoolean(DefaultDriverOption.RECONNECT_ON_INIT, false)
      .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(250))
      .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, Duration.ofSeconds(3))
      .withString(DefaultDriverOption.REQUEST_CONSISTENCY, settings.consistency.name)
      // A server's advice comes with every answer it gives; its own log has it too.
      .withBoolean(DefaultDriverOption.REQUEST_LOG_WARNINGS, false)
      // Longer than the server's own write timeout (2 s), which names the reason.
      .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofSeconds(6))
      // A server that was paused or partitioned away is noticed by its silence.
      .withDuration(DefaultDriverOption.HEARTBEAT_INTERVAL, Duration.ofSeconds(5))
      .withDuration(DefaultDriverOption.HEARTBEAT_TIMEOUT, Duration.ofSeconds(5))
      // All is written before it is closed: no need to listen for two quiet seconds, twice.
      .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
      .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
      .withInt(DefaultDriverOption.NETTY_IO_SIZE, 2)
      .withInt(DefaultDriverOption.NETTY_ADMIN_SIZE, 1)
      .build()
