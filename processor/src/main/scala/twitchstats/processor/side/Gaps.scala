package twitchstats.processor.side

import com.github.plokhotnyuk.jsoniter_scala.core.*
import com.github.plokhotnyuk.jsoniter_scala.macros.{CodecMakerConfig, JsonCodecMaker}
import org.slf4j.LoggerFactory
import twitchstats.processor.count.{Coverage, Gap}
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

/** What was not heard, by channel id and by name, and so how much of a window was. A channel keeps
  * its id when it is renamed.
  *
  * @param areRead
  *   false while the events are not read yet: then nothing is said
  */
final class Gaps(areRead: () => Boolean = () => true) extends Coverage:
  private val log = LoggerFactory.getLogger(classOf[Gaps])
  private val byId = ConcurrentHashMap[String, Intervals]()
  private val byName = ConcurrentHashMap[String, ChannelGaps]()
  private val listeners = ConcurrentLinkedQueue[Gap => Unit]()

  override def isKnown: Boolean = areRead()

  /** All but the known gaps, which may overlap. */
  override def of(channelId: String, channelName: String, start: Long, end: Long): Option[Double] =
    Option.when(isKnown):
      val ofId = byId.getOrDefault(channelId, Intervals.Empty).overlapping(start, end)
      val named = byName.getOrDefault(channelName, ChannelGaps.None).intervals
      val both = (ofId ++ named.overlapping(start, end)).foldLeft(Intervals.Empty)(_.add(_))
      val unheard = both.all.map(i => (i.to min end) - (i.from max start)).sum
      1 - unheard.toDouble / (end - start)

  override def onGap(listener: Gap => Unit): () => Unit =
    listeners.add(listener)
    byName.forEach((name, gaps) => gaps.of(name).foreach(listener))
    () => listeners.remove(listener): Unit

  /** @param loggedAt
    *   the record's time, epoch ms
    */
  def add(value: Array[Byte] | Null, loggedAt: Long): Unit =
    if value != null then
      Try(readFromArray(value)(using Gaps.codec)) match
        case Success(GapEvent("gap", id, name, from, to)) if from < to =>
          val gap = Gap(name, id, from, to, loggedAt)
          id.foreach: known =>
            val told = Interval.of(gap)
            byId.compute(known, (_, old) => Option(old).getOrElse(Intervals.Empty).add(told))
          byName.compute(name, (_, old) => Option(old).getOrElse(ChannelGaps.None).add(gap))
          listeners.forEach(_(gap))
        case Success(_) => () // Other events may come to that topic.
        case Failure(unreadable) => log.warn("not an ingest event: {}", unreadable.getMessage)

object Gaps:
  private val codec: JsonValueCodec[GapEvent] = JsonCodecMaker.make(
    CodecMakerConfig.withFieldNameMapper(JsonCodecMaker.enforce_snake_case)
  )

/** What one channel's name was not heard, under the id that was told last. Immutable. */
final class ChannelGaps(id: Option[String], val intervals: Intervals):
  def add(gap: Gap): ChannelGaps =
    ChannelGaps(gap.channelId.orElse(id), intervals.add(Interval.of(gap)))

  def of(channelName: String): Vector[Gap] =
    intervals.all.map(i => Gap(channelName, id, i.from, i.to, i.loggedAt))

object ChannelGaps:
  val None: ChannelGaps = ChannelGaps(Option.empty, Intervals.Empty)

/** From `from` until `to`, without that; the last part of it was told at `loggedAt`. */
final case class Interval(from: Long, to: Long, loggedAt: Long)

object Interval:
  def of(gap: Gap): Interval = Interval(gap.from, gap.to, gap.loggedAt)

/** Disjoint intervals in ascending order. Immutable. */
final class Intervals private (val all: Vector[Interval]):
  def add(next: Interval): Intervals =
    if all.lastOption.forall(_.to < next.from) then Intervals((all :+ next).takeRight(Intervals.Kept))
    else join(next)

  private def join(next: Interval): Intervals =
    val (apart, touching) = all.partition(i => i.to < next.from || i.from > next.to)
    val joined = touching.foldLeft(next)((a, b) =>
      Interval(a.from min b.from, a.to max b.to, a.loggedAt max b.loggedAt)
    )
    Intervals((apart :+ joined).sortBy(_.from).takeRight(Intervals.Kept))

  /** Those that cover something of `start` to `end`. */
  def overlapping(start: Long, end: Long): Vector[Interval] =
    all.drop(firstEndingAfter(start)).takeWhile(_.from < end)

  private def firstEndingAfter(time: Long): Int =
    var (low, high) = (0, all.length)
    while low < high do
      val middle = (low + high) / 2
      if all(middle).to > time then high = middle else low = middle + 1
    low

object Intervals:
  val Empty: Intervals = Intervals(Vector.empty)

  /** A channel that flaps once a minute for a week has that many gaps. */
  private val Kept = 10_080
