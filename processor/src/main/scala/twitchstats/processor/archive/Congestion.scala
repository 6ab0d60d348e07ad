package twitchstats.processor.archive

/** How many requests may be in flight: all that is allowed while Cassandra keeps up, fewer when it
  * times out. Halves on a failure, at most once a second, and grows by one with each full round of
  * successes, as TCP does. Thread-safe.
  */
final class Congestion(max: Int, min: Int = 4, nanoTime: () => Long = () => System.nanoTime):
  private var limitNow = max.toDouble
  private var lastHalved = nanoTime() - Congestion.SecondNanos

  def limit: Int = synchronized(limitNow.toInt)

  def succeeded(): Unit = synchronized:
    limitNow = Math.min(max, limitNow + 1 / limitNow)

  def failed(): Unit = synchronized:
    // Requests sent together fail together: that is one sign, not many.
    if nanoTime() - lastHalved >= Congestion.SecondNanos then
      lastHalved = nanoTime()
      limitNow = Math.max(Math.min(min, max), limitNow / 2)

object Congestion:
  private val SecondNanos = 1_000_000_000L
