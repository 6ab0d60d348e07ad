package twitchstats.processor.count

import org.apache.kafka.common.header.Headers
import org.apache.kafka.common.header.internals.RecordHeaders
import org.apache.kafka.common.serialization.Serdes
import org.apache.kafka.streams.processor.api.{MockProcessorContext, Record}
import org.apache.kafka.streams.state.{KeyValueStore, Stores}
import twitchstats.processor.message.ChatMessage
import java.nio.charset.StandardCharsets.UTF_8
import java.util.Properties
import scala.collection.mutable
import scala.jdk.CollectionConverters.*

/** How many windows are in memory, each time that was told. */
final class InMemory extends CountMetrics:
  export CountMetrics.None.{counted, dead, duplicate, noState, optedOut, received, sent}
  val windows = mutable.ListBuffer.empty[Int]
  def state(partition: Int, inMemory: Int, heapBytes: Long, storeEntries: Long): Unit =
    windows += inMemory

/** One processor over one store, with a clock of its own. [[restart]] keeps what the store has and
  * forgets the rest, as a crash after a commit does.
  */
final class CountHarness(
    retentionMs: Long = 86_400_000,
    deduplicate: Boolean = true,
    memoryBytes: Long = 1 << 20,
    isOptedOut: OptedOut = _ => false,
    historyIntervalMs: Long = 0,
    metrics: CountMetrics = CountMetrics.None,
    coverage: Coverage = Coverage.Unknown
):
  private val store: KeyValueStore[Array[Byte], Array[Byte]] = Stores
    .keyValueStoreBuilder(
      Stores.inMemoryKeyValueStore(CountTopology.Store),
      Serdes.ByteArray,
      Serdes.ByteArray
    )
    .withLoggingDisabled()
    .build()
  private val options = CountOptions(
    Messages.WindowMs,
    retentionMs,
    emitIntervalMs = 150,
    MemoryBudget(memoryBytes),
    TableMemory(TestDirectory.create("tables")),
    deduplicate = deduplicate,
    historyIntervalMs = historyIntervalMs,
    // Without memory all that was sent leaves it.
    hotMs = if memoryBytes == 0 then 0 else 10_000,
    isOptedOut = isOptedOut,
    metrics = metrics,
    coverage = coverage
  )
  var now: Long = Messages.Base
  var processor: CountProcessor = null
  private var pace: SendingPace = null
  private var context: MockProcessorContext[Array[Byte], Array[Byte]] = null
  private var offset = 0L

  /** Every update ever sent, by topic, oldest first. */
  val stats = mutable.ListBuffer.empty[ChannelStats]
  val takenBack = mutable.ListBuffer.empty[String]
  val windows = mutable.ListBuffer.empty[(String, ChannelStats)]
  val dead = mutable.ListBuffer.empty[Record[Array[Byte], Array[Byte]]]

  restart()

  def restart(windowMs: Long = Messages.WindowMs): Unit =
    begin(CountProcessor(options.copy(windowSizeMs = windowMs), () => pace))

  private def begin(next: CountProcessor): Unit =
    context =
      MockProcessorContext(Properties(), org.apache.kafka.streams.processor.TaskId(0, 0), null)
    if processor == null then store.init(context.getStateStoreContext, store)
    context.addStateStore(store)
    context.setCurrentSystemTimeMs(now)
    pace = SendingPace.of(options)
    processor = next
    processor.init(context)

  /** What the store holds, for [[revive]]. */
  def stored: Map[Seq[Byte], Array[Byte]] =
    store.all.asScala.map(entry => entry.key.toSeq -> entry.value).toMap

  /** As Kafka Streams revives a task whose transaction was aborted: the store is as it was at the
    * last commit, and the very same processor begins again.
    */
  def revive(committed: Map[Seq[Byte], Array[Byte]]): Unit =
    processor.close()
    store.all.asScala.map(_.key).toList.foreach(store.delete)
    committed.foreach((key, value) => store.put(key.toArray, value))
    begin(processor)

  def send(m: ChatMessage): Unit = send(m.channelId.getBytes(UTF_8), Messages.json(m))

  def send(
      key: Array[Byte] | Null,
      value: Array[Byte] | Null,
      headers: Headers = RecordHeaders()
  ): Unit =
    context.setRecordMetadata("chat", 0, offset)
    context.setCurrentSystemTimeMs(now)
    offset += 1
    processor.process(Record(key, value, now, headers))
    collect()

  /** Lets time pass until what changed is sent. */
  def emit(): Unit =
    val before = pace.round
    while pace.round == before do tick()

  /** Runs the punctuators: 0 sends what changed if it is due, 1 looks for windows to let go. */
  def tick(): Unit =
    now += options.tickMs
    punctuate(0)
  def expire(): Unit = punctuate(1)

  /** How many punctuators still run. */
  def scheduled: Int = context.scheduledPunctuators.asScala.count(!_.cancelled)

  def storeSize: Int = store.all.asScala.size

  /** The last update of each window, without the time it was made. */
  def latest: Map[WindowKey, ChannelStats] =
    windows.map((_, s) => WindowKey(s.channelId, s.windowStart) -> s.copy(updatedAt = 0)).toMap

  private def punctuate(index: Int): Unit =
    context.setCurrentSystemTimeMs(now)
    context.scheduledPunctuators.get(index).getPunctuator.punctuate(now)
    collect()

  private def collect(): Unit =
    context.forwarded.asScala.foreach: sent =>
      val record = sent.record.asInstanceOf[Record[Array[Byte], Array[Byte]]]
      sent.childName.get match
        case CountTopology.StatsSink if record.value == null =>
          takenBack += String(record.key, UTF_8)
        case CountTopology.StatsSink => stats += ChannelStats.fromJson(record.value)
        case CountTopology.WindowsSink =>
          windows += String(record.key, UTF_8) -> ChannelStats.fromJson(record.value)
        case CountTopology.DeadLetterSink => dead += record
    context.resetForwards()
