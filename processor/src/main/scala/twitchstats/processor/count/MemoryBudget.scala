package twitchstats.processor.count

import java.util.concurrent.ConcurrentHashMap
import scala.jdk.CollectionConverters.*

/** How much heap the windows of all partitions of a process may take together. Thread-safe.
  *
  * @param bytes
  *   0 keeps nothing in memory beyond what is yet to be sent
  */
final class MemoryBudget(val bytes: Long):
  private val taken = ConcurrentHashMap[AnyRef, Long]()

  /** Takes note of what `owner` takes. What it may take: what the others leave, but always an equal
    * share, which the others make room for in their turn.
    */
  def allowed(owner: AnyRef, takes: Long): Long =
    note(owner, takes)
    val others = taken.values.asScala.sum - takes
    (bytes / taken.size) max (bytes - others)

  /** What `owner` takes now: what it let go is the others' at once. */
  def note(owner: AnyRef, takes: Long): Unit = taken.put(owner, takes): Unit

  def release(owner: AnyRef): Unit = taken.remove(owner): Unit
