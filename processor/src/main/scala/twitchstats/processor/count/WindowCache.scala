package twitchstats.processor.count

import java.util
import scala.collection.mutable.ListBuffer

/** The windows in memory, the least recently used ones leave first: all they hold is in the store.
  *
  * @param maxBytes
  *   of heap for their tables; windows that have yet to be sent stay whatever they take
  */
final class WindowCache(maxBytes: Long):
  private val windows = util.LinkedHashMap[WindowKey, WindowState](64, 0.75f, true)
  private var bytes = 0L
  private var grown = false

  def get(key: WindowKey): Option[WindowState] = Option(windows.get(key))
  def put(state: WindowState): Unit =
    windows.put(state.key, state)
    grown = true
  def remove(key: WindowKey): Unit = windows.remove(key): Unit
  def size: Int = windows.size
  def heapBytes: Long = bytes
  /** Whether a window came since the last [[shrink]]. */
  def hasGrown: Boolean = grown
  def foreach(each: WindowState => Unit): Unit = windows.values.forEach(each(_))

  /** Called now and then rather than for each message: sizes are summed anew. */
  def shrink(): Unit =
    grown = false
    bytes = 0
    windows.values.forEach(state => bytes += state.heapBytes)
    if bytes > maxBytes then evict()

  private def evict(): Unit =
    val cold = ListBuffer.empty[WindowKey]
    val oldestFirst = windows.values.iterator
    while bytes > maxBytes && oldestFirst.hasNext do
      val state = oldestFirst.next()
      if !state.isDirty && !state.isUnwritten then
        cold += state.key
        bytes -= state.heapBytes
    cold.foreach(remove)
