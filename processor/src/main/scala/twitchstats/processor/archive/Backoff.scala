package twitchstats.processor.archive

import java.util.concurrent.ThreadLocalRandom

/** Doubling delays with jitter, capped: 100 ms, 200 ms … 5 s, each between half and the whole. */
object Backoff:
  private val FirstMs = 100L
  private val CapMs = 5_000L

  /** Before the attempt that follows `failures` failed ones in a row. */
  def delayMs(failures: Int): Long =
    val full = Math.min(CapMs, FirstMs << Math.min(failures - 1, 16).max(0))
    full / 2 + ThreadLocalRandom.current.nextLong(full / 2 + 1)
