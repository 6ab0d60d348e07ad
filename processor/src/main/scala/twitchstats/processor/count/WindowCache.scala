package twitchstats.processor.count

import java.util
import scala.collection.mutable.ListBuffer

/** The windows of one partition in memory: all they hold is in the store. Those that nothing came
  * to for long leave; when memory is short, the least recently used ones do.
  *
  * A window that is yet to be sent stays whatever it takes. One that was used within `hotMs` stays
  * until memory is short by half: it would be read back with the next message, which costs far more
  * than it saves, but windows that are only ever opened once, as of old chat, would fill the heap.
  *
  * @param idleMs
  *   after this long without use a window leaves, so that what lies in mapped files has a bound too
  */
final class WindowCache(budget: MemoryBudget, hotMs: Long, idleMs: Long):
  private val windows = util.LinkedHashMap[WindowKey, WindowState](64, 0.75f, true)
  private var bytes = 0L
  private var grown = false

  def get(key: WindowKey): Option[WindowState] = Option(windows.get(key))
  def has(key: WindowKey): Boolean = get(key).isDefined
  def put(state: WindowState): Unit =
    windows.put(state.key, state)
    bytes += state.heapBytes
    grown = true
  def remove(key: WindowKey): Unit = Option(windows.remove(key)).foreach(_.free())
  def size: Int = windows.size
  def heapBytes: Long = bytes
  /** Whether a window came since the last [[shrink]]. */
  def hasGrown: Boolean = grown
  /** Whether it would push out no other. */
  def hasRoomFor(state: WindowState): Boolean =
    bytes + state.heapBytes <= budget.allowed(this, bytes)
  def foreach(each: WindowState => Unit): Unit = windows.values.forEach(each(_))

  /** Called now and then rather than for each message: sizes are summed anew. */
  def shrink(now: Long): Unit =
    grown = false
    evict(state => now - state.usedAtMs >= idleMs)
    bytes = 0
    windows.values.forEach(state => bytes += state.heapBytes)
    val limit = budget.allowed(this, bytes)
    evictDownTo(limit, state => now - state.usedAtMs >= hotMs)
    evictDownTo(limit + limit / 2, _ => true)
    budget.note(this, bytes)

  /** Forgets all of them. */
  def clear(): Unit =
    windows.values.forEach(_.free())
    windows.clear()
    bytes = 0
    budget.release(this)

  private def evictDownTo(limit: Long, mayLeave: WindowState => Boolean): Unit =
    if bytes > limit then
      evict: state =>
        val leaves = bytes > limit && mayLeave(state)
        if leaves then bytes -= state.heapBytes
        leaves

  /** Of those that were sent, in the order in which they were used last. */
  private def evict(leaves: WindowState => Boolean): Unit =
    val gone = ListBuffer.empty[WindowKey]
    windows.values.forEach: state =>
      if !state.isDirty && !state.isUnwritten && leaves(state) then gone += state.key
    gone.foreach(remove)
