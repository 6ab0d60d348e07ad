package twitchstats.processor.count

import org.apache.kafka.common.header.Header
import org.apache.kafka.common.header.internals.RecordHeaders
import org.apache.kafka.streams.processor.api.Record
import twitchstats.processor.message.{DeadLetter, RecordPlace}
import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays

/** The original record, bytes and headers, with headers that say where it was, why and when. */
object DeadLetterRecord:
  /** With room for headers below the 1 MiB that topics and producers take by default. A longer
    * value is cut here and whole only at the place the headers name.
    */
  val MaxValueBytes: Int = 512 * 1024
  private val MaxKeyBytes = 64 * 1024
  /** In the log, all together; more of them are left out, all, and counted in a header of ours. */
  private val MaxHeaderBytes = 64 * 1024
  /** The two lengths of a header are numbers of up to 5 bytes each (KIP-98). */
  private val HeaderOverheadBytes = 10

  def of(
      record: Record[Bytes, Bytes],
      place: RecordPlace,
      letter: DeadLetter,
      nowMs: Long
  ): Record[Bytes, Bytes] =
    val original = record.headers.toArray
    val fits = original.iterator.map(sizeOf).sum <= MaxHeaderBytes
    val headers = if fits then RecordHeaders(original) else RecordHeaders()
    def add(name: String, value: String): Unit =
      headers.add(s"dead-letter.$name", value.getBytes(UTF_8)): Unit
    add("class", letter.reason.code)
    add("detail", letter.detail)
    add("topic", place.topic)
    add("partition", place.partition.toString)
    add("offset", place.offset.toString)
    add("timestamp-ms", nowMs.toString)
    if !fits then add("headers-left-out", original.length.toString)
    if record.value != null && record.value.length > MaxValueBytes then
      add("original-size", record.value.length.toString)
    Record(cut(record.key, MaxKeyBytes), cut(record.value, MaxValueBytes), nowMs, headers)

  private def sizeOf(header: Header): Int =
    val value = if header.value == null then 0 else header.value.length
    HeaderOverheadBytes + header.key.getBytes(UTF_8).length + value

  private def cut(bytes: Bytes | Null, limit: Int): Bytes | Null =
    if bytes == null || bytes.length <= limit then bytes else Arrays.copyOf(bytes, limit)
