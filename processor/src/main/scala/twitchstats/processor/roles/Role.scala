package twitchstats.processor.roles

/** One of the two jobs of a processor. They share a process at most, never each other's fate. */
trait Role:
  def name: String

  /** Returns at once; a role that fails later begins again by itself. */
  def start(): Unit

  /** Ends in order: everything accepted written and committed. Blocks, at most about `timeoutMs`.
    */
  def stop(timeoutMs: Long): Unit
