package twitchstats.processor.count

import twitchstats.processor.message.ChatMessage

type Bytes = Array[Byte]

/** What [[CountProcessor]] needs to know. Times in milliseconds.
  *
  * @param expiryIntervalMs
  *   how often a slice of the windows is looked through for expired ones
  * @param isOptedOut
  *   users who asked not to be counted; read for every message
  */
final case class CountOptions(
    windowSizeMs: Long,
    retentionMs: Long,
    emitIntervalMs: Long,
    memoryBytes: Long,
    memory: TableMemory,
    metrics: CountMetrics = CountMetrics.None,
    deduplicate: Boolean = true,
    expiryIntervalMs: Long = 10_000,
    isOptedOut: ChatMessage => Boolean = _ => false
)
