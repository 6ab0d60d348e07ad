package twitchstats.processor.ops

import ch.qos.logback.classic.joran.JoranConfigurator
import ch.qos.logback.classic.{Level, LoggerContext}
import org.slf4j.LoggerFactory

/** One JSON object a line on standard error. The configuration has a name of its own and is chosen
  * here: our jar also lies on the class paths of Kafka and Cassandra, whose logging is theirs.
  */
object Logging:
  private val Configuration = "/twitchstats-processor-logging.xml"

  def configure(level: String): Unit =
    LoggerFactory.getILoggerFactory match
      case context: LoggerContext =>
        context.reset()
        val configurator = JoranConfigurator()
        configurator.setContext(context)
        configurator.doConfigure(getClass.getResource(Configuration))
        context.getLogger("twitchstats").setLevel(Level.toLevel(level))
        if level == "debug" || level == "trace" then context.getLogger("root").setLevel(Level.INFO)
      case other => throw IllegalStateException(s"logging is bound to ${other.getClass.getName}")
