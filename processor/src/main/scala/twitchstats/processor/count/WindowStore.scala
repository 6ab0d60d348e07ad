package twitchstats.processor.count

import org.apache.kafka.streams.state.KeyValueStore
import scala.collection.mutable.ListBuffer

/** What is counted does not go with the settings, and waiting does not mend it. */
final class UnfitState(message: String) extends IllegalStateException(message)

/** The windows as the state store has them; [[StoreLayout]] says how. */
final class WindowStore(store: KeyValueStore[Array[Byte], Array[Byte]]):
  def meta(window: WindowKey): Option[WindowMeta] =
    Option(store.get(StoreLayout.windowKey(window))).map(WindowMeta.read)

  def putMeta(window: WindowKey, meta: WindowMeta): Unit =
    store.put(StoreLayout.windowKey(window), meta.toBytes)

  def putChunk(window: WindowKey, number: Int, chunk: Array[Byte]): Unit =
    store.put(StoreLayout.chunkKey(window, number), chunk)

  def newest(channelId: String): Option[Long] =
    Option(store.get(StoreLayout.newestKey(channelId))).map(StoreLayout.long)

  def putNewest(channelId: String, start: Long): Unit =
    store.put(StoreLayout.newestKey(channelId), StoreLayout.long(start))

  /** Each channel's newest window. */
  def newestWindows: List[WindowKey] =
    val (from, to) = StoreLayout.newestKeys
    val found = ListBuffer.empty[WindowKey]
    val rows = store.range(from, to)
    try
      while rows.hasNext do
        val row = rows.next()
        found += WindowKey(StoreLayout.channel(row.key), StoreLayout.long(row.value))
    finally rows.close()
    found.toList

  /** What is known of opt-outs by the windows that were sent. */
  def optOutsSeen: Long = Option(store.get(StoreLayout.OptOutsKey)).fold(0L)(StoreLayout.long)

  def putOptOutsSeen(known: Long): Unit =
    store.put(StoreLayout.OptOutsKey, StoreLayout.long(known))

  /** Remembers of what size the windows are: a start says nothing of it, so those of two sizes would
    * count each other's messages.
    *
    * @throws UnfitState
    *   when those that are here are of another
    */
  def claimFor(windowSizeMs: Long): Unit =
    Option(store.get(StoreLayout.WindowSizeKey)).map(StoreLayout.long) match
      case None => store.put(StoreLayout.WindowSizeKey, StoreLayout.long(windowSizeMs))
      case Some(known) if known != windowSizeMs =>
        throw UnfitState(
          s"the windows counted so far are of ${known / 1000} s, and WINDOW_SIZE_SECONDS is " +
            s"${windowSizeMs / 1000}: set it back, or take a new KAFKA_APPLICATION_ID and keyspace"
        )
      case Some(_) => ()

  /** Counts the window's chunks into `state`, which goes on with a chunk of its own. */
  def load(state: WindowState, identity: Identity): Unit =
    val chunks = store.range(
      StoreLayout.chunkKey(state.key, 0),
      StoreLayout.chunkKey(state.key, Int.MaxValue)
    )
    try
      while chunks.hasNext do
        val next = chunks.next()
        Chunk.read(next.value, state.key.start)(state.add(_, identity): Unit)
        state.chunkNumber = StoreLayout.chunkNumber(next.key) + 1
    finally chunks.close()

  /** Up to `limit` windows in key order, beginning behind the window `after`. */
  def metas(after: Option[WindowKey], limit: Int): List[(WindowKey, WindowMeta)] =
    metas(StoreLayout.windowKeys(after.map(StoreLayout.windowKey)), limit)

  /** The channel's windows that start from `from` on and before `to`, epoch milliseconds. */
  def windows(channelId: String, from: Long, to: Long): List[(WindowKey, WindowMeta)] =
    def bound(start: Long) = StoreLayout.windowKey(WindowKey(channelId, start))
    if from >= to then Nil else metas((bound(from), bound(to - 1)), Int.MaxValue)

  private def metas(
      bounds: (Array[Byte], Array[Byte]),
      limit: Int
  ): List[(WindowKey, WindowMeta)] =
    val (from, to) = bounds
    val found = ListBuffer.empty[(WindowKey, WindowMeta)]
    val rows = store.range(from, to)
    try
      while rows.hasNext && found.size < limit do
        val row = rows.next()
        found += StoreLayout.window(row.key) -> WindowMeta.read(row.value)
    finally rows.close()
    found.toList

  /** Deletes the counts and leaves a mark, by which a message that comes too late is known. */
  def expire(window: WindowKey, now: Long): Unit =
    val keys = ListBuffer.empty[Array[Byte]]
    val chunks =
      store.range(StoreLayout.chunkKey(window, 0), StoreLayout.chunkKey(window, Int.MaxValue))
    try while chunks.hasNext do keys += chunks.next().key
    finally chunks.close()
    keys.foreach(key => store.delete(key): Unit)
    putMeta(window, WindowMeta(WindowMeta.Phase.Expired, now))

  def forget(window: WindowKey): Unit = store.delete(StoreLayout.windowKey(window)): Unit

  def approximateEntries: Long = store.approximateNumEntries
