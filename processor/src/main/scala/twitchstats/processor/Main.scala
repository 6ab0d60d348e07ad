package twitchstats.processor

import org.slf4j.LoggerFactory
import twitchstats.processor.ops.*
import twitchstats.processor.roles.{ArchiveRole, CountRole, Role, SideTopics}
import twitchstats.processor.settings.Settings

/** `Main [--role count|archive|all]`, all else from the environment ([[Settings]]).
  *
  * Ends by SIGTERM, in order (143); with 2 when called or configured wrongly, with 1 when a topic
  * is missing or the port is taken.
  */
object Main:
  private val UsageError = 2
  private val Failed = 1

  /** Shutdown hooks have about ten seconds before a supervisor loses patience. */
  private val StopTimeoutMs = 7_000L

  def main(args: Array[String]): Unit =
    val role = parseRole(args.toList).fold(quit(UsageError, _), identity)
    val settings =
      Settings.fromEnv(sys.env).fold(wrong => quit(UsageError, listed(wrong)), identity)
    Logging.configure(settings.logLevel)
    try run(role, settings)
    catch case failure: Exception => quit(Failed, s"cannot start: ${Reasons.of(failure)}")

  private def run(role: String, settings: Settings): Unit =
    val log = LoggerFactory.getLogger("twitchstats.processor.Main")
    val metrics = Metrics()
    val side = SideTopics.of(settings)
    val count = Option.when(role != "archive")(CountRole(settings, metrics, side))
    val archive = Option.when(role != "count")(ArchiveRole(settings, metrics, side))
    val health = Health(role, count.map(c => () => c.health), archive.map(a => () => a.health))
    val http =
      HttpEndpoint.start(settings.http, health, metrics, () => count.foreach(_.reportLag()))
    log
      .atInfo()
      .addKeyValue("role", role)
      .addKeyValue("http_port", http.port)
      .log("health and metrics on http://{}:{}", settings.http.host, http.port)
    val roles = count.toList ++ archive
    stopAtExit(roles, health, http)
    val optional = List(settings.topics.optOuts, settings.topics.ingestEvents)
    val missing = TopicCheck.missing(
      settings.kafka,
      needed(role, settings),
      optional,
      settings.topicsWaitMs,
      health.waitingBecause
    )
    val fatal = missing.diff(optional)
    if fatal.nonEmpty then
      quit(Failed, s"missing topics: ${fatal.mkString(", ")}; `twitchstats bootstrap` creates them")
    side.start(missing, health.waitingBecause)
    roles.foreach(_.start())
    Thread.currentThread.join()

  private def needed(role: String, settings: Settings): List[String] =
    val topics = settings.topics
    val written = if role == "archive" then Nil else List(topics.output, topics.deadLetters)
    topics.input :: topics.windows :: written

  private def stopAtExit(roles: List[Role], health: Health, http: HttpEndpoint): Unit =
    Runtime.getRuntime.addShutdownHook:
      Thread: () =>
        health.stopping()
        // Side by side: each has the whole time.
        val stops = roles.map(role => Thread(() => role.stop(StopTimeoutMs), s"stop-${role.name}"))
        stops.foreach(_.start())
        stops.foreach(_.join(StopTimeoutMs + 1_000))
        http.close()

  private def parseRole(args: List[String]): Either[String, String] = args match
    case Nil => Right("all")
    case List("--role", role @ ("count" | "archive" | "all")) => Right(role)
    case _ => Left("usage: twitchstats.processor.Main [--role count|archive|all]")

  private def listed(wrong: List[String]): String =
    wrong.mkString("the settings are wrong:\n  ", "\n  ", "")

  private def quit(status: Int, message: String): Nothing =
    System.err.println(message)
    sys.exit(status)
