package twitchstats.processor.count

import munit.FunSuite
import twitchstats.processor.count.Messages.Base

class WindowCacheSpec extends FunSuite:
  private val memory = TableMemory(TestDirectory.create("tables"))
  /** Of a window that nothing came to. */
  private val bytes = WindowState(WindowKey("c", Base), memory, true).heapBytes

  private def window(channel: String, usedAtMs: Long): WindowState =
    val state = WindowState(WindowKey(channel, Base), memory, deduplicate = true)
    state.usedAtMs = usedAtMs
    state

  private def cacheOf(budget: MemoryBudget, windows: WindowState*): WindowCache =
    val cache = WindowCache(budget, hotMs = 10, idleMs = 1000)
    windows.foreach(cache.put)
    cache

  private def left(cache: WindowCache): Set[String] =
    val channels = Set.newBuilder[String]
    cache.foreach(window => channels += window.key.channelId)
    channels.result()

  test("when memory is short those leave that were not used lately, the oldest first"):
    val cache = cacheOf(MemoryBudget(2 * bytes), window("a", 1), window("b", 2), window("c", 95))
    cache.shrink(now = 100)
    assertEquals(left(cache), Set("b", "c"))
    assertEquals(cache.heapBytes, 2 * bytes)

  test("what is used all the time stays, though it takes more than there is"):
    val windows = List(window("a", 95), window("b", 96), window("c", 97))
    val cache = cacheOf(MemoryBudget(2 * bytes), windows*)
    cache.shrink(now = 100)
    assertEquals(left(cache), Set("a", "b", "c"))

  test("windows that are opened without end do not fill the heap, however lately they were used"):
    val windows = (1 to 9).map(n => window(s"$n", usedAtMs = 90 + n))
    val cache = cacheOf(MemoryBudget(2 * bytes), windows*)
    cache.shrink(now = 100)
    assertEquals(left(cache), Set("7", "8", "9"))
    assertEquals(cache.heapBytes, 3 * bytes)

  test("what is yet to be sent stays"):
    val (dirty, unwritten) = (window("a", 0), window("b", 0))
    dirty.isDirty = true
    unwritten.isUnwritten = true
    val cache = cacheOf(MemoryBudget(0), dirty, unwritten, window("c", 0))
    cache.shrink(now = 5000)
    assertEquals(left(cache), Set("a", "b"))

  test("what was not used for long leaves, though there is memory"):
    val cache = cacheOf(MemoryBudget(1 << 30), window("a", 0), window("b", 1))
    cache.shrink(now = 1000)
    assertEquals(left(cache), Set("b"))

  test("partitions share one budget: what the others leave, and an equal share at least"):
    val budget = MemoryBudget(4 * bytes)
    val first = cacheOf(budget, (1 to 4).map(n => window(s"$n", 0))*)
    first.shrink(now = 100)
    assertEquals(first.size, 4)
    val second = cacheOf(budget, (1 to 4).map(n => window(s"$n", 0))*)
    second.shrink(now = 100)
    first.shrink(now = 100)
    assertEquals((first.size, second.size), (2, 2))
    second.clear()
    for n <- 5 to 6 do first.put(window(s"$n", 0))
    first.shrink(now = 100)
    assertEquals(first.size, 4)

  test("what a partition let go does not press the others until it looks again"):
    val budget = MemoryBudget(4 * bytes)
    val List(none, two, four) = List(0, 2, 4).map: size =>
      cacheOf(budget, (1 to size).map(n => window(s"$n", 0))*)
    List(none, two, four, two).foreach(_.shrink(now = 100))
    assertEquals((two.size, four.size), (2, 2))
