package twitchstats.processor.count

import org.apache.kafka.streams.processor.Cancellable
import org.apache.kafka.streams.processor.PunctuationType.WALL_CLOCK_TIME
import org.apache.kafka.streams.processor.api.{Processor, ProcessorContext, Record}
import twitchstats.processor.count.WindowMeta.Phase
import twitchstats.processor.message.*
import java.nio.charset.StandardCharsets.UTF_8
import java.time.{Duration, Instant}
import scala.collection.mutable.{ArrayBuffer, ArrayDeque}

/** Counts one partition. Windows are kept in memory and mirrored, message by message, as chunks in
  * the state store; a punctuator sends what changed, once an interval however much it changed.
  *
  * Offsets, chunks and what was sent are committed in one transaction (KIP-447). A window that was
  * counted and not yet written to the history is marked dirty in the store, and after a crash or a
  * stop sent by whoever counts it next.
  */
final class CountProcessor(options: CountOptions, pace: () => SendingPace)
    extends Processor[Bytes, Bytes, Bytes, Bytes]:
  import options.*

  private val identity = Identity()
  private var cache: WindowCache = null
  private var newest: NewestWindows = null
  /** Windows not yet written to the history, the dirty ones among them. */
  private val unwritten = ArrayBuffer.empty[WindowState]
  private var cutWindows: CutWindows = null
  private var sentRound = 0L
  /** What was known of opt-outs when `suspects` were found, which are yet to be looked through. */
  private var optOutsTaken, optOutsSeen = 0L
  private val suspects = ArrayDeque.empty[WindowKey]
  private var schedules = List.empty[Cancellable]
  private var context: ProcessorContext[Bytes, Bytes] = null
  private var store: WindowStore = null
  private var expiry: Expiry = null

  /** Kafka Streams calls it again on the same object when it revives a task whose transaction was
    * aborted (the javadoc of `Processor`): what is in memory is not in the restored store then. It
    * keeps what was scheduled.
    */
  override def init(context: ProcessorContext[Bytes, Bytes]): Unit =
    this.context = context
    close()
    cache = WindowCache(budget, hotMs, idleMs = 2 * windowSizeMs)
    newest = NewestWindows()
    unwritten.clear()
    store = WindowStore(context.getStateStore(CountTopology.Store))
    store.claimFor(windowSizeMs)
    optOutsSeen = store.optOutsSeen
    optOutsTaken = optOutsSeen
    suspects.clear()
    expiry = Expiry(store, retentionMs)
    val isKnown = coverage.isKnown
    val found = windowsIn(Phase.Dirty, Phase.SentWithoutCoverage)
    found.foreach((window, phase) => if phase == Phase.Dirty then markDirty(open(window)))
    // Where all gaps are known already, none is sent so any more. It is asked for once.
    var known = Option.when(isKnown)(found)
    def withoutCoverage() =
      val among = known.getOrElse(windowsIn(Phase.SentWithoutCoverage))
      known = None
      among.collect { case (window, Phase.SentWithoutCoverage) => window }
    cutWindows = CutWindows(
      cache,
      store,
      coverage,
      windowSizeMs,
      withoutCoverage,
      () => pace().mayReadBack,
      sendAgain,
      sendStored(_, _ => true)
    )
    sentRound = pace().round
    schedule(tickMs)(tick)
    schedule(expiryIntervalMs): now =>
      expiry.run(now).foreach(cache.remove)
      // A partition where nothing is said any more makes room for the others too.
      shrink(now)

  override def process(record: Record[Bytes, Bytes]): Unit =
    metrics.received()
    val where = context.recordMetadata.get
    val place = RecordPlace(where.topic, where.partition, where.offset)
    Decoder.decode(record.key, record.value, place, record.timestamp) match
      case Left(letter) => bury(record, place, letter)
      case Right(message) if isOptedOut(message) => metrics.optedOut()
      case Right(message) => count(record, place, message)

  override def close(): Unit =
    schedules.foreach(_.cancel())
    schedules = Nil
    if cache != null then
      cutWindows.close()
      cache.clear()
      metrics.noState(partition)

  private def count(record: Record[Bytes, Bytes], place: RecordPlace, m: ChatMessage): Unit =
    val key = WindowKey(m.channelId, WindowKey.startOf(m.timestamp, windowSizeMs))
    find(key) match
      case None =>
        val detail = s"the window of ${key.start} has expired"
        bury(record, place, DeadLetter(DeadLetterClass.WindowExpired, detail))
      case Some(window) =>
        val summary = Summary.of(m)
        if window.add(summary, identity) then
          metrics.counted()
          append(window, summary)
          window.newestArrivalMs = record.timestamp
          if !window.isDirty then markDirty(window)
        else metrics.duplicate()

  /** None when the window expired. */
  private def find(key: WindowKey): Option[WindowState] =
    cache.get(key).orElse(Option.unless(isExpired(key))(open(key)))

  private def isExpired(key: WindowKey): Boolean =
    store.meta(key).exists(_.phase == Phase.Expired)

  private def open(key: WindowKey): WindowState =
    val window = read(key)
    window.usedAtMs = context.currentSystemTimeMs
    cache.put(window)
    window

  private def read(key: WindowKey): WindowState =
    val window = WindowState(key, memory, deduplicate)
    store.load(window, identity)
    window

  private def append(window: WindowState, summary: Summary): Unit =
    if window.chunk.isFull then
      window.chunk = ChunkWriter(window.key.start)
      window.chunkNumber += 1
    window.chunk.append(summary)
    store.putChunk(window.key, window.chunkNumber, window.chunk.toBytes)

  private def markDirty(window: WindowState): Unit =
    window.isDirty = true
    if !window.isUnwritten then
      window.isUnwritten = true
      unwritten += window
      store.putMeta(window.key, WindowMeta(Phase.Dirty, context.currentSystemTimeMs))
    newest.offer(window.key, store)

  private def tick(now: Long): Unit =
    val round = pace().tick(now)
    if round > sentRound then
      sentRound = round
      emit(now)

  private def emit(now: Long): Unit =
    cutWindows.take()
    takeOptOuts()
    val changed = unwritten.filter(window => window.isDirty || isDue(window, now))
    changed.foreach(send(_, now))
    unwritten.filterInPlace(_.isUnwritten)
    // Messages that were all counted before open windows too, and change none.
    if changed.nonEmpty || cache.hasGrown then shrink(now)
    // What was sent is seen when it is committed, so do not wait for the interval.
    if changed.nonEmpty || pace().hasReadBack then context.commit()

  private def shrink(now: Long): Unit =
    cache.shrink(now)
    metrics.state(partition, cache.size, cache.heapBytes, store.approximateEntries)

  private def partition: Int = context.taskId.partition

  private def isDue(window: WindowState, now: Long): Boolean =
    now - window.writtenAtMs >= historyIntervalMs

  private def send(window: WindowState, now: Long): Unit =
    lazy val stats = json(window, now)
    if window.isDirty then show(window, stats, now)
    if isDue(window, now) then write(window, stats, now)

  private def show(window: WindowState, stats: => Bytes, now: Long): Unit =
    if newest.isNewest(window.key, store) then
      val channel = window.key.channelId.getBytes(UTF_8)
      context.forward(Record(channel, stats, now), CountTopology.StatsSink)
    window.isDirty = false
    window.usedAtMs = now
    window.chunk.rounds += 1
    if window.newestArrivalMs > 0 then metrics.sent(now - window.newestArrivalMs)
    window.newestArrivalMs = 0

  private def write(window: WindowState, stats: Bytes, now: Long): Unit =
    val key = s"${window.key.channelId}:${window.key.start}".getBytes(UTF_8)
    context.forward(Record(key, stats, now), CountTopology.WindowsSink)
    window.isUnwritten = false
    window.writtenAtMs = now
    val phase = if window.lacksCoverage then Phase.SentWithoutCoverage else Phase.Sent
    store.putMeta(window.key, WindowMeta(phase, now))

  private def json(window: WindowState, now: Long): Bytes =
    val WindowKey(channelId, start) = window.key
    val heard =
      if cutWindows.isKnown then
        coverage.of(channelId, window.channelName, start, start + windowSizeMs)
      else None
    window.lacksCoverage = heard.isEmpty
    window.stats(windowSizeMs, now, heard, isOptedOut.isHidden(window.key.channelId, _)).toJson

  private def sendAgain(window: WindowState): Unit = if !window.isDirty then markDirty(window)

  /** Windows that name somebody who is to be named no more are sent again without: those in memory,
    * and each channel's newest, which `channel-stats` shows until there is a newer one. Whom an
    * expired one names nobody knows any more, so it is taken back. The history is mended where it
    * is kept.
    */
  private def takeOptOuts(): Unit =
    val known = isOptedOut.known
    if known != optOutsTaken then
      optOutsTaken = known
      cache.foreach(window => if namesHidden(window) then sendAgain(window))
      // Those that still wait come first, or they would wait as long as people opt out.
      val newest = store.newestWindows.filterNot(cache.has)
      suspects.filterInPlace(newest.toSet)
      suspects ++= newest.filterNot(suspects.toSet)
    while suspects.nonEmpty && pace().mayReadBack do lookThrough(suspects.removeHead())
    if suspects.isEmpty && optOutsTaken != optOutsSeen then
      optOutsSeen = optOutsTaken
      store.putOptOutsSeen(optOutsSeen)

  /** Sends the window without who is to be named no more. */
  private def lookThrough(key: WindowKey): Unit =
    cache.get(key) match
      case Some(window) => if namesHidden(window) then sendAgain(window)
      // Since it was found a newer one came, which `channel-stats` shows by now.
      case None if !newest.isNewest(key, store) => ()
      case None if isExpired(key) =>
        pace().noteReadBack(0)
        takeBack(key)
      case None => sendStored(key, namesHidden)

  /** Sends a window that is not in memory, if it is such a one. It stays where there is room, for
    * while channels are not heard a gap comes every few seconds; all that are sent for one gap or
    * one opt-out must not push out what is being counted.
    */
  private def sendStored(key: WindowKey, isSuch: WindowState => Boolean): Unit =
    val window = read(key)
    pace().noteReadBack(window.messageCount)
    val isSent = isSuch(window)
    if isSent then
      window.isDirty = true
      send(window, context.currentSystemTimeMs)
    if isSent && cache.hasRoomFor(window) then cache.put(window) else window.free()

  private def namesHidden(window: WindowState): Boolean =
    window.names(isOptedOut.isHidden(window.key.channelId, _))

  private def takeBack(newest: WindowKey): Unit =
    val channel = newest.channelId.getBytes(UTF_8)
    val now = context.currentSystemTimeMs
    context.forward(Record(channel, null, now), CountTopology.StatsSink)

  private def bury(record: Record[Bytes, Bytes], place: RecordPlace, letter: DeadLetter): Unit =
    metrics.dead(letter.reason)
    val now = context.currentSystemTimeMs
    context.forward(DeadLetterRecord.of(record, place, letter, now), CountTopology.DeadLetterSink)

  private def windowsIn(phases: Phase*): List[(WindowKey, Phase)] =
    Iterator
      .unfold(Option.empty[WindowKey]): after =>
        val page = store.metas(after, limit = 10_000)
        page.lastOption.map((last, _) => (page, Some(last)))
      .flatten
      .collect { case (window, WindowMeta(phase, _)) if phases.contains(phase) => (window, phase) }
      .toList

  /** At multiples of the interval, so that all tasks of a thread are due at once (KIP-1146). */
  private def schedule(intervalMs: Long)(body: Long => Unit): Unit =
    val interval = Duration.ofMillis(intervalMs)
    schedules ::= context.schedule(Instant.EPOCH, interval, WALL_CLOCK_TIME, now => body(now))
