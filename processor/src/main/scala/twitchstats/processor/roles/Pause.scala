package twitchstats.processor.roles

import java.util.concurrent.{CountDownLatch, TimeUnit}

/** Waits that a stop ends: nothing may sleep through a SIGTERM. */
final class Pause:
  private val stopped = CountDownLatch(1)

  def isStopping: Boolean = stopped.getCount == 0
  def stop(): Unit = stopped.countDown()

  /** Returns after `ms`, or at once when stopping. */
  def apply(ms: Long): Unit = stopped.await(ms, TimeUnit.MILLISECONDS): Unit
