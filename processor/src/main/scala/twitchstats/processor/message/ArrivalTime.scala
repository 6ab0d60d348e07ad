package twitchstats.processor.message

import org.apache.kafka.clients.consumer.ConsumerRecord
import org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME

object ArrivalTime:
  /** When a record reached the log (epoch ms), by the broker where it says so; else now: a producer's
    * own claim is no clock to judge "a day ahead" by. Both roles go by it, so that what the count
    * calls a dead letter is one for the archive. Never negative, which would make Streams drop the
    * record.
    */
  def of(record: ConsumerRecord[?, ?]): Long =
    if record.timestampType == LOG_APPEND_TIME then record.timestamp else System.currentTimeMillis
