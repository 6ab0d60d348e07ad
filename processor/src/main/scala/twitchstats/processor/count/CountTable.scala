package twitchstats.processor.count

import java.nio.LongBuffer
import java.util.concurrent.ThreadLocalRandom

/** Exact counts of 128-bit keys in 24 bytes a slot: open addressing, linear probing, no deletion.
  *
  * A set of objects would take ten times that, and windows of millions of messages are to fit. One
  * thread.
  *
  * @param keepsCounts
  *   false only tells new keys from others, in 16 bytes a slot
  */
final class CountTable(memory: TableMemory, keepsCounts: Boolean = true):
  private val stride = if keepsCounts then 3 else 2
  private var capacity = 16
  private var block = memory.allocate(capacity * stride)
  private var slots: LongBuffer = block.longs
  private var used = 0

  /** Distinct keys. */
  def size: Int = used

  /** Bytes of it on the heap; a table that outgrew the heap's share has none. */
  def heapBytes: Long = block.heapBytes

  /** Gives its memory back; it cannot be used any more. */
  def free(): Unit = block.free()

  /** Adds one to the key's count and returns the new count: 1 says the key is new. Without counts
    * any other is 2.
    */
  def increment(high: Long, low: Long): Long =
    if (used + 1) * 3L > capacity * 2L then grow()
    // Both halves zero marks an empty slot; the one key that looks so is moved aside.
    if high == 0 && low == 0 then bump(CountTable.NilHigh, 0) else bump(high, low)

  private def bump(high: Long, low: Long): Long =
    val at = find(high, low)
    val isNew = slots.get(at) == 0 && slots.get(at + 1) == 0
    if isNew then
      slots.put(at, high).put(at + 1, low)
      used += 1
    if keepsCounts then
      val count = slots.get(at + 2) + 1
      slots.put(at + 2, count)
      count
    else if isNew then 1
    else 2

  /** Index of the key's slot, or of the empty one where it belongs. */
  private def find(high: Long, low: Long): Int =
    var slot = (CountTable.mix(high, low) & (capacity - 1)).toInt
    var at = slot * stride
    while
      val h = slots.get(at)
      val l = slots.get(at + 1)
      !(h == high && l == low) && !(h == 0 && l == 0)
    do
      slot = (slot + 1) & (capacity - 1)
      at = slot * stride
    at

  private def grow(): Unit =
    val (old, oldBlock) = (slots, block)
    val oldEnd = capacity * stride
    if capacity > CountTable.MaxCapacity / 2 then
      throw IllegalStateException(s"a window has more than ${CountTable.MaxCapacity / 3 * 2} keys")
    capacity *= 2
    block = memory.allocate(capacity * stride)
    slots = block.longs
    var from = 0
    while from < oldEnd do
      val high = old.get(from)
      val low = old.get(from + 1)
      if high != 0 || low != 0 then
        val at = find(high, low)
        slots.put(at, high).put(at + 1, low)
        if keepsCounts then slots.put(at + 2, old.get(from + 2)): Unit
      from += stride
    oldBlock.free()

object CountTable:
  private val NilHigh = 0x6e696c2d75756964L

  /** A mapped file ends at 2 GiB: 67 million slots, 44 million keys in one window. */
  private val MaxCapacity = 1 << 26

  /** Random, so that nobody can send ids that all fall into one chain. */
  private val seed = ThreadLocalRandom.current.nextLong() | 1

  private def mix(high: Long, low: Long): Long =
    var h = (high ^ java.lang.Long.rotateLeft(low, 32)) * seed
    h = (h ^ (h >>> 32) ^ low) * 0x9e3779b97f4a7c15L
    h ^ (h >>> 29)
