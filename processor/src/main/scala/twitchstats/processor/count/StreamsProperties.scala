package twitchstats.processor.count

import org.apache.kafka.clients.consumer.ConsumerConfig
import org.apache.kafka.clients.producer.ProducerConfig
import org.apache.kafka.streams.StreamsConfig
import twitchstats.processor.settings.{KafkaSettings, Settings}
import java.util.Properties

/** Kafka Streams' configuration from ours, with the reasons. */
object StreamsProperties:
  def apply(settings: Settings): Properties =
    val properties = Properties()
    (all(settings) ++ consumer(settings)).foreach((key, value) => properties.put(key, value))
    properties

  private def all(settings: Settings): Map[String, Any] =
    settings.kafka.clientProperties ++ Map(
      StreamsConfig.APPLICATION_ID_CONFIG -> settings.kafka.applicationId,
      StreamsConfig.PROCESSING_GUARANTEE_CONFIG -> settings.count.guarantee.configValue,
      StreamsConfig.COMMIT_INTERVAL_MS_CONFIG -> settings.count.commitIntervalMs,
      StreamsConfig.STATE_DIR_CONFIG -> settings.count.stateDir,
      StreamsConfig.NUM_STREAM_THREADS_CONFIG -> settings.count.threads,
      StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG -> settings.count.standbyReplicas,
      // The broker's default.replication.factor: 1 on a laptop, 3 where it matters.
      StreamsConfig.REPLICATION_FACTOR_CONFIG -> -1,
      // The thread sleeps in poll while nothing comes, and must wake for the next emission.
      StreamsConfig.POLL_MS_CONFIG ->
        (settings.count.emitIntervalMs / CountOptions.TicksAnInterval).max(5).min(50),
      // Holds the chunks between two commits, so that each is written once. Not much more: each put
      // looks for its key among all that is there, which was an eighth of the thread's time with 32.
      StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG -> 8L * 1024 * 1024,
      StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG -> 5_000,
      StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG -> classOf[BoundedRocksDb],
      StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG) -> 128 * 1024
    )

  private def consumer(settings: Settings): Map[String, Any] =
    val session = settings.kafka.sessionTimeoutMs
    val own: Map[String, Any] = Map(
      ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG -> session,
      ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG -> (session / 4).max(250),
      ConsumerConfig.MAX_POLL_RECORDS_CONFIG -> 2_000
    ) ++ KafkaSettings.lingering(settings.count.lingerMs) ++
      settings.kafka.groupInstanceId.map(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG -> _)
    own.map((key, value) => StreamsConfig.mainConsumerPrefix(key) -> value)
