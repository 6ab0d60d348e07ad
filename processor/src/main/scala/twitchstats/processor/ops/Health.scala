package twitchstats.processor.ops

import com.github.plokhotnyuk.jsoniter_scala.core.*
import com.github.plokhotnyuk.jsoniter_scala.macros.{CodecMakerConfig, JsonCodecMaker}

/** `state` is Kafka Streams' own word: CREATED, REBALANCING, RUNNING, PENDING_ERROR, ERROR …
  *
  * @param reason
  *   what Kafka refuses, when it refuses something, or what fails again and again
  */
final case class StreamsHealth(state: String, partitions: Int, reason: Option[String] = None)

/** `state` is starting, running, paused or failed; `cassandra` is connected or away.
  *
  * @param reason
  *   why it is not running
  */
final case class ArchiverHealth(
    state: String,
    partitions: Int,
    cassandra: String,
    reason: Option[String] = None
)

/** What `/health` answers. `since`: epoch milliseconds of the last change of `status`; `reason`: of
  * the whole process, before its roles have begun.
  */
final case class HealthReport(
    status: String,
    role: String,
    streams: Option[StreamsHealth],
    archiver: Option[ArchiverHealth],
    since: Long,
    reason: Option[String] = None
):
  def toJson: Array[Byte] = writeToArray(this)(using HealthReport.codec)
  def httpStatus: Int = if status == "up" || status == "degraded" then 200 else 503

object HealthReport:
  private val codec: JsonValueCodec[HealthReport] =
    JsonCodecMaker.make(CodecMakerConfig.withTransientDefault(false))

/** Puts the roles' states together. Degraded, not down, when only Cassandra is away: counts go on.
  */
final class Health(
    role: String,
    streams: Option[() => StreamsHealth],
    archiver: Option[() => ArchiverHealth],
    nowMs: () => Long = () => System.currentTimeMillis
):
  private var last = ("starting", nowMs())
  @volatile private var isStopping = false
  @volatile private var trouble = Option.empty[String]

  def stopping(): Unit = isStopping = true

  /** Why the roles cannot begin; None when they can. */
  def waitingBecause(reason: Option[String]): Unit = trouble = reason

  def report: HealthReport = synchronized:
    val (s, a) = (streams.map(_()), archiver.map(_()))
    val status = Health.status(s, a, isStopping)
    if status != last._1 then last = (status, nowMs())
    HealthReport(status, role, s, a, last._2, trouble)

object Health:
  def status(s: Option[StreamsHealth], a: Option[ArchiverHealth], isStopping: Boolean): String =
    val streamsReady = s.forall(h => h.state == "RUNNING" && h.partitions > 0)
    val streamsFailed = s.exists(h => h.state.endsWith("ERROR") || h.reason.isDefined)
    val archiverFailed = a.exists(_.state == "failed")
    if isStopping || streamsFailed || archiverFailed && s.isEmpty then "down"
    else if !streamsReady then "starting"
    else if archiverFailed || a.exists(_.cassandra == "away") then "degraded"
    else if a.exists(_.partitions == 0) then "starting"
    else "up"
