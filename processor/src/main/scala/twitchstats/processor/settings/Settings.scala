package twitchstats.processor.settings

/** What the processor was told to do: read once from the environment, immutable after that.
  *
  * Every member says its variable, unit and default. Times are milliseconds unless the name says
  * seconds.
  *
  * @param topicsWaitMs
  *   `TOPICS_WAIT_SECONDS` = 10: how long topics that are missing are waited for at the start. A
  *   broker that is just back may not know them for a moment; `bootstrap` may be at work
  */
final case class Settings(
    kafka: KafkaSettings,
    topics: Topics,
    topicsWaitMs: Long,
    count: CountSettings,
    archive: ArchiveSettings,
    cassandra: CassandraSettings,
    http: HttpSettings,
    logLevel: String
)

/** @param input
  *   `KAFKA_TOPIC_INPUT` = twitch-chat-messages
  * @param output
  *   `KAFKA_TOPIC_OUTPUT` = channel-stats: the newest window of each channel
  * @param windows
  *   `KAFKA_TOPIC_WINDOWS` = channel-window-stats: each window as it changes, once a second at most
  * @param deadLetters
  *   `KAFKA_TOPIC_DEAD_LETTERS` = twitch-chat-dead-letters
  * @param ingestEvents
  *   `KAFKA_TOPIC_INGEST_EVENTS` = twitch-ingest-events: gaps in what was heard
  * @param optOuts
  *   `KAFKA_TOPIC_OPT_OUTS` = twitch-opt-outs: users whose messages are dropped
  */
final case class Topics(
    input: String,
    output: String,
    windows: String,
    deadLetters: String,
    ingestEvents: String,
    optOuts: String
)

enum Guarantee(val configValue: String):
  case ExactlyOnce extends Guarantee("exactly_once_v2")
  case AtLeastOnce extends Guarantee("at_least_once")

/** @param windowSizeMs
  *   `WINDOW_SIZE_SECONDS` = 600
  * @param retentionMs
  *   `WINDOW_RETENTION_SECONDS` = 86400, or the window's size if that is longer: a window expires so
  *   long after its last update
  * @param stateDir
  *   `STATE_DIR`, by default a folder of the platform's temporary directory
  * @param guarantee
  *   `PROCESSING_GUARANTEE` = exactly_once_v2 (KIP-447), or at_least_once
  * @param deduplicate
  *   `DEDUPLICATE` = true; false counts redeliveries too and is for the benchmark only
  * @param emitIntervalMs
  *   `EMIT_INTERVAL_MS` = 150: a changed window is sent at most that often
  * @param commitIntervalMs
  *   `COMMIT_INTERVAL_MS` = 200: commit at least that often; each emission also asks for one
  * @param standbyReplicas
  *   `STANDBY_REPLICAS` = 0
  * @param threads
  *   `STREAM_THREADS` = 1
  * @param lingerMs
  *   `COUNT_LINGER_MS` = 0: how long the broker gathers records before it answers a poll. Some
  *   milliseconds save CPU where messages come one by one, and delay each update by as much
  * @param memoryBytes
  *   `WINDOW_MEMORY_MB`, by default a quarter of the heap, half of it at most: window tables kept on
  *   it
  */
final case class CountSettings(
    windowSizeMs: Long,
    retentionMs: Long,
    stateDir: String,
    guarantee: Guarantee,
    deduplicate: Boolean,
    emitIntervalMs: Long,
    commitIntervalMs: Long,
    standbyReplicas: Int,
    threads: Int,
    lingerMs: Int,
    memoryBytes: Long
)

/** What one request to Cassandra may have.
  *
  * @param rows
  *   of one partition or of several
  * @param partitions
  *   that share a request. Rows of several in one save requests, not writes. The default is the
  *   server's `unlogged_batch_across_partitions_warn_threshold`
  * @param bytesAcross
  *   of the rows of several partitions. The default is below the server's
  *   `batch_size_warn_threshold` (5 KiB). Neither of the two looks at batches of one partition
  */
final case class BatchLimits(rows: Int = 64, partitions: Int = 10, bytesAcross: Int = 4 * 1024)

/** @param groupId
  *   `ARCHIVE_GROUP_ID` = `<application id>-archiver`
  * @param batches
  *   `ARCHIVE_BATCH_ROWS` = 64, `ARCHIVE_BATCH_PARTITIONS` = 10, `ARCHIVE_BATCH_KIB` = 4
  * @param inFlight
  *   `ARCHIVE_IN_FLIGHT` = 128: write requests awaited at once; drivers fail above ~1024
  * @param lingerMs
  *   `ARCHIVE_LINGER_MS` = 1000: how long the broker gathers records before it answers a poll, so
  *   that requests to Cassandra have many rows each
  */
final case class ArchiveSettings(
    groupId: String,
    batches: BatchLimits,
    inFlight: Int,
    lingerMs: Int
)

/** `PROCESSOR_HTTP_HOST` = 127.0.0.1, `PROCESSOR_HTTP_PORT` = 9404 (0 takes any free port). */
final case class HttpSettings(host: String, port: Int)

object Settings:
  /** The other services know two more; ours says errors at least. */
  private val logLevels =
    List("trace", "debug", "info", "warn", "error").map(level => level -> level).toMap ++
      List("fatal", "silent").map(_ -> "error")

  /** The settings, or every complaint about the environment, one line each. */
  def fromEnv(env: Map[String, String]): Either[List[String], Settings] =
    val in = EnvReader(env)
    val kafka = KafkaSettings.read(in)
    val settings = Settings(
      kafka,
      topics(in),
      in.long("TOPICS_WAIT_SECONDS", 10, 0, 3600) * 1000,
      count(in),
      ArchiveSettings(
        groupId = in.name("ARCHIVE_GROUP_ID", s"${kafka.applicationId}-archiver"),
        batches = BatchLimits(
          rows = in.int("ARCHIVE_BATCH_ROWS", 64, 1 to 1000),
          partitions = in.int("ARCHIVE_BATCH_PARTITIONS", 10, 1 to 1000),
          bytesAcross = in.int("ARCHIVE_BATCH_KIB", 4, 1 to 1000) * 1024
        ),
        inFlight = in.int("ARCHIVE_IN_FLIGHT", 128, 1 to 1024),
        lingerMs = in.int("ARCHIVE_LINGER_MS", 1000, 0 to 1000)
      ),
      CassandraSettings.read(in),
      HttpSettings(
        in.string("PROCESSOR_HTTP_HOST", "127.0.0.1"),
        in.int("PROCESSOR_HTTP_PORT", 9404, 0 to 65535)
      ),
      in.oneOf("LOG_LEVEL", "info", logLevels)
    )
    Either.cond(in.errors.isEmpty, settings, in.errors)

  private def topics(in: EnvReader): Topics =
    Topics(
      input = in.name("KAFKA_TOPIC_INPUT", "twitch-chat-messages"),
      output = in.name("KAFKA_TOPIC_OUTPUT", "channel-stats"),
      windows = in.name("KAFKA_TOPIC_WINDOWS", "channel-window-stats"),
      deadLetters = in.name("KAFKA_TOPIC_DEAD_LETTERS", "twitch-chat-dead-letters"),
      ingestEvents = in.name("KAFKA_TOPIC_INGEST_EVENTS", "twitch-ingest-events"),
      optOuts = in.name("KAFKA_TOPIC_OPT_OUTS", "twitch-opt-outs")
    )

  private def count(in: EnvReader): CountSettings =
    val size = in.long("WINDOW_SIZE_SECONDS", 600, 1, 86_400)
    CountSettings(
      windowSizeMs = size * 1000,
      retentionMs = retention(in, size) * 1000,
      stateDir = in.string("STATE_DIR", s"${System.getProperty("java.io.tmpdir")}/twitchstats"),
      guarantee = in.oneOf(
        "PROCESSING_GUARANTEE",
        Guarantee.ExactlyOnce,
        Guarantee.values.map(g => g.configValue -> g).toMap
      ),
      deduplicate = in.boolean("DEDUPLICATE", true),
      emitIntervalMs = in.long("EMIT_INTERVAL_MS", 150, 10, 60_000),
      // Not longer than a transaction of Streams may take.
      commitIntervalMs = in.long("COMMIT_INTERVAL_MS", 200, 10, 10_000),
      standbyReplicas = in.int("STANDBY_REPLICAS", 0, 0 to 10),
      threads = in.int("STREAM_THREADS", 1, 1 to 64),
      lingerMs = in.int("COUNT_LINGER_MS", 0, 0 to 1000),
      memoryBytes = memoryMb(in) * 1024 * 1024
    )

  private def retention(in: EnvReader, size: Long): Long =
    val seconds = in.long("WINDOW_RETENTION_SECONDS", 86_400, 1, 366 * 86_400)
    // A quiet window would expire before its end, and what is said in it then be a dead letter.
    if seconds < size then
      in.complain(
        s"WINDOW_RETENTION_SECONDS must be at least WINDOW_SIZE_SECONDS, which is $size, not $seconds"
      )
    seconds

  private def memoryMb(in: EnvReader): Long =
    val heapMb = Runtime.getRuntime.maxMemory / (1024 * 1024)
    val default = (heapMb / 4).max(8)
    val most = (heapMb / 2).max(default)
    val mb = in.long("WINDOW_MEMORY_MB", default, 1, 1 << 20)
    // Windows in use may take half as much again, and the rest of the process needs some, too.
    if mb > most then
      in.complain(s"WINDOW_MEMORY_MB must be at most half of the heap, which is $most, not $mb")
    mb
