package twitchstats.processor.count

import org.apache.kafka.common.serialization.{ByteArrayDeserializer, ByteArraySerializer, Serdes}
import org.apache.kafka.common.utils.Utils
import org.apache.kafka.streams.processor.api.ProcessorSupplier
import org.apache.kafka.streams.processor.{StreamPartitioner, TimestampExtractor}
import org.apache.kafka.streams.state.Stores
import org.apache.kafka.streams.{AutoOffsetReset, Topology}
import twitchstats.processor.message.ArrivalTime
import twitchstats.processor.settings.Topics
import java.util
import java.util.Optional
import scala.jdk.CollectionConverters.*

/** The count as a topology: chat in; newest windows, all windows and dead letters out. Pure, so
  * that a test can hold it.
  */
object CountTopology:
  val Store = "windows"
  val StatsSink = "channel-stats"
  val WindowsSink = "channel-window-stats"
  val DeadLetterSink = "dead-letters"

  def apply(topics: Topics, options: CountOptions): Topology =
    val bytesOut = ByteArraySerializer()
    val paces = ThreadLocal.withInitial(() => SendingPace.of(options))
    Topology()
      .addSource(
        AutoOffsetReset.earliest(),
        "chat",
        arrivalTime,
        ByteArrayDeserializer(),
        ByteArrayDeserializer(),
        topics.input
      )
      .addProcessor(
        "count",
        (() => CountProcessor(options, () => paces.get)): ProcessorSupplier[Bytes, Bytes, Bytes, Bytes],
        "chat"
      )
      .addStateStore(
        Stores
          .keyValueStoreBuilder(
            Stores.persistentKeyValueStore(Store),
            Serdes.ByteArray,
            Serdes.ByteArray
          )
          .withCachingEnabled()
          .withLoggingEnabled(changelog.asJava),
        "count"
      )
      .addSink(StatsSink, topics.output, bytesOut, bytesOut, "count")
      .addSink(WindowsSink, topics.windows, bytesOut, bytesOut, byChannel, "count")
      .addSink(DeadLetterSink, topics.deadLetters, bytesOut, bytesOut, "count")

  /** Chunks are rewritten while they fill: small segments let compaction reclaim that soon. */
  private val changelog =
    Map("segment.bytes" -> (32 * 1024 * 1024).toString, "min.cleanable.dirty.ratio" -> "0.3")

  private val arrivalTime: TimestampExtractor = (record, _) => ArrivalTime.of(record)

  /** `<channel_id>:<window start>` by its channel alone, so that one partition has the whole of a
    * channel's history in order.
    */
  private[count] val byChannel: StreamPartitioner[Bytes, Bytes] = (_, key, _, partitions) =>
    val channel = util.Arrays.copyOf(key, key.lastIndexOf(':'.toByte))
    val partition = Utils.toPositive(Utils.murmur2(channel)) % partitions
    Optional.of(util.Set.of(Integer.valueOf(partition)))
