package twitchstats.processor.ops

import com.github.plokhotnyuk.jsoniter_scala.core.*
import com.github.plokhotnyuk.jsoniter_scala.macros.{CodecMakerConfig, JsonCodecMaker}

/** `state` is Kafka Streams' own word: CREATED, REBALANCING, RUNNING, PENDING_ERROR, ERROR … */
final case class StreamsHealth(state: String, partitions: Int)

/** `state` is starting, running, paused or failed; `cassandra` is connected or away. */
final case class ArchiverHealth(state: String, partitions: Int, cassandra: String)

/** What `/health` answers. `since`: epoch milliseconds of the last change of `status`. */
final case class HealthReport(
    status: String,
    role: String,
    streams: Option[StreamsHealth],
    archiver: Option[ArchiverHealth],
    since: Long
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

  def stopping(): Unit = isStopping = true

  def report: HealthReport = synchronized:
    val (s, a) = (streams.map(_()), archiver.map(_()))
    val status = Health.status(s, a, isStopping)
    if status != last._1 then last = (status, nowMs())
    HealthReport(status, role, s, a, last._2)

object Health:
  def status(s: Option[StreamsHealth], a: Option[ArchiverHealth], isStopping: Boolean): String =
    val streamsReady = s.forall(h => h.state == "RUNNING" && h.partitions > 0)
    val failed = s.exists(h => h.state.endsWith("ERROR")) || a.exists(_.state == "failed")
    if isStopping || failed then "down"
    else if !streamsReady then "starting"
    else if a.exists(_.cassandra == "away") then "degraded"
    else if a.exists(_.partitions == 0) then "starting"
    else "up"
