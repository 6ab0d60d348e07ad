package twitchstats.processor.side

import com.github.plokhotnyuk.jsoniter_scala.core.*
import com.github.plokhotnyuk.jsoniter_scala.macros.{CodecMakerConfig, JsonCodecMaker}
import org.slf4j.LoggerFactory
import twitchstats.processor.count.Coverage
import java.util.concurrent.{ConcurrentHashMap, ConcurrentLinkedQueue}
import scala.util.{Failure, Success, Try}

/** A gap event of the ingestor: `channelName` was not heard from `from` until `to`, epoch ms. */
final case class GapEvent(
    `type`: String,
    channelId: Option[String],
    channelName: String,
    from: Long,
    to: Long
)

/** What was not heard, by channel name, and so how much of a window was.
  *
  * @param isKnown
  *   false while the events are not read yet: then nothing is said
  */
final class Gaps(isKnown: () => Boolean = () => true) extends Coverage:
  private val log = LoggerFactory.getLogger(classOf[Gaps])
  private val byName = ConcurrentHashMap[String, Intervals]()
  private val listeners = ConcurrentLinkedQueue[(String, Long, Long) => Unit]()

  /** All but the known gaps, which may overlap. */
  override def of(channelName: String, start: Long, end: Long): Option[Double] =
    Option.when(isKnown()):
      val gaps = byName.get(channelName)
      if gaps == null then 1 else 1 - gaps.within(start, end).toDouble / (end - start)

  override def onGap(listener: (String, Long, Long) => Unit): () => Unit =
    listeners.add(listener)
    () => listeners.remove(listener): Unit

  def add(value: Array[Byte] | Null): Unit =
    if value != null then
      Try(readFromArray(value)(using Gaps.codec)) match
        case Success(GapEvent("gap", _, name, from, to)) if from < to =>
          byName.compute(name, (_, old) => Option(old).getOrElse(Intervals.Empty).add(from, to))
          listeners.forEach(_(name, from, to))
        case Success(_) => () // Other events may come to that topic.
        case Failure(unreadable) => log.warn("not an ingest event: {}", unreadable.getMessage)

object Gaps:
  private val codec: JsonValueCodec[GapEvent] = JsonCodecMaker.make(
    CodecMakerConfig.withFieldNameMapper(JsonCodecMaker.enforce_snake_case)
  )

/** Disjoint half-open intervals in ascending order. Immutable. */
final class Intervals private (all: Vector[(Long, Long)]):
  def add(from: Long, to: Long): Intervals =
    val (apart, touching) = all.partition((f, t) => t < from || f > to)
    val joined = (from min touching.map(_._1).minOption.getOrElse(from)) ->
      (to max touching.map(_._2).maxOption.getOrElse(to))
    Intervals((apart :+ joined).sorted.takeRight(Intervals.Kept))

  /** How much of `start` to `end` they cover. */
  def within(start: Long, end: Long): Long =
    all.foldLeft(0L)((sum, gap) => sum + ((gap._2 min end) - (gap._1 max start)).max(0))

object Intervals:
  val Empty: Intervals = Intervals(Vector.empty)

  /** A channel that flaps once a minute for a week has that many gaps. */
  private val Kept = 10_080
