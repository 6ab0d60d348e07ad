package twitchstats.processor.side

import com.github.plokhotnyuk.jsoniter_scala.core.*
import com.github.plokhotnyuk.jsoniter_scala.macros.{CodecMakerConfig, JsonCodecMaker}
import org.slf4j.LoggerFactory
import twitchstats.processor.count.OptedOut
import twitchstats.processor.message.ChatMessage
import java.nio.charset.StandardCharsets.UTF_8
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong
import scala.util.{Failure, Success, Try}

/** One record of the opt-outs topic: a user who is neither counted nor archived from now on, in one
  * channel or, without `channelId`, anywhere. `at` is epoch milliseconds.
  */
final case class OptOut(
    userId: String,
    username: Option[String],
    channelId: Option[String],
    at: Long
)

/** Who opted out, by user id. Written by one thread, read by all, for every message. */
final class OptOuts extends OptedOut:
  private val log = LoggerFactory.getLogger(classOf[OptOuts])
  private val byUser = ConcurrentHashMap[String, OptOut]()
  private val fingerprint = AtomicLong()

  override def apply(m: ChatMessage): Boolean = isHidden(m.channelId, m.userId)

  override def isHidden(channelId: String, userId: String): Boolean =
    val optOut = byUser.get(userId)
    optOut != null && optOut.channelId.forall(_ == channelId)

  override def known: Long = fingerprint.get

  /** The latest record of a key holds; none withdraws it. */
  def update(key: Array[Byte] | Null, value: Array[Byte] | Null): Unit =
    if key != null then
      val userId = String(key, UTF_8)
      val next = Option(value).map(read(userId, _))
      val before = Option(next.fold(byUser.remove(userId))(byUser.put(userId, _)))
      fingerprint.addAndGet(next.fold(0L)(weight) - before.fold(0L)(weight)): Unit

  private def read(userId: String, value: Array[Byte]): OptOut =
    Try(readFromArray(value)(using OptOuts.codec)) match
      case Success(optOut) => optOut.copy(userId = userId)
      // Whoever asked to be left alone is, however badly it was written down.
      case Failure(unreadable) =>
        log.warn("an opt-out cannot be read, and holds everywhere: {}", unreadable.getMessage)
        OptOut(userId, None, None, 0)

  /** Weights are added up, so the order in which opt-outs come does not matter. */
  private def weight(optOut: OptOut): Long =
    (optOut.userId, optOut.channelId).hashCode * 0x9e3779b97f4a7c15L

object OptOuts:
  private val codec: JsonValueCodec[OptOut] = JsonCodecMaker.make(
    CodecMakerConfig.withFieldNameMapper(JsonCodecMaker.enforce_snake_case)
  )
