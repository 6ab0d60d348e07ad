package twitchstats.processor.count

import twitchstats.processor.message.DeadLetterClass

/** What the count tells about itself. Called by stream threads, for every message. */
trait CountMetrics:
  def received(): Unit
  def counted(): Unit
  def duplicate(): Unit
  def optedOut(): Unit
  def dead(reason: DeadLetterClass): Unit

  /** `delayMs` from the newest record's arrival in the log to its window being sent. */
  def sent(delayMs: Long): Unit

  /** Of one partition, after each round of emission. */
  def state(partition: Int, windows: Int, heapBytes: Long, storeEntries: Long): Unit

  /** Of a partition that is counted here no more. */
  def noState(partition: Int): Unit

object CountMetrics:
  object None extends CountMetrics:
    def received(): Unit = ()
    def counted(): Unit = ()
    def duplicate(): Unit = ()
    def optedOut(): Unit = ()
    def dead(reason: DeadLetterClass): Unit = ()
    def sent(delayMs: Long): Unit = ()
    def state(partition: Int, windows: Int, heapBytes: Long, storeEntries: Long): Unit = ()
    def noState(partition: Int): Unit = ()
