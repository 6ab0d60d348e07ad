package twitchstats.processor.settings

import munit.FunSuite

class SettingsSpec extends FunSuite:
  private def read(env: (String, String)*) = Settings.fromEnv(env.toMap)
  private def errors(env: (String, String)*) = read(env*).left.getOrElse(Nil)

  test("an empty environment gives the contract's defaults"):
    val settings = read().toOption.get
    assertEquals(settings.kafka.bootstrapServers, "localhost:9092")
    assertEquals(settings.kafka.applicationId, "stream-processor")
    assertEquals(settings.topics.input, "twitch-chat-messages")
    assertEquals(settings.topics.output, "channel-stats")
    assertEquals(settings.count.windowSizeMs, 600_000L)
    assertEquals(settings.count.guarantee, Guarantee.ExactlyOnce)
    assertEquals(settings.archive.groupId, "stream-processor-archiver")
    assertEquals(settings.cassandra.hosts, List(HostPort("localhost", 9042)))
    assertEquals(settings.cassandra.table, "raw_chat_messages")
    assertEquals(settings.http, HttpSettings("127.0.0.1", 9404))

  test("a blank value means the default"):
    assertEquals(read("WINDOW_SIZE_SECONDS" -> " ").map(_.count.windowSizeMs), Right(600_000L))

  test("every wrong value is listed, not only the first"):
    val found = errors(
      "WINDOW_SIZE_SECONDS" -> "ten",
      "PROCESSOR_HTTP_PORT" -> "70000",
      "KAFKA_TOPIC_INPUT" -> "no spaces please",
      "PROCESSING_GUARANTEE" -> "maybe_once",
      "CASSANDRA_HOSTS" -> "localhost:x",
      "CASSANDRA_CONSISTENCY" -> "SERIAL",
      "DEDUPLICATE" -> "yes"
    )
    assertEquals(found.size, 7, found.mkString("\n"))
    assert(found.exists(_.contains("at_least_once, exactly_once_v2")), found)

  test("the archive lets the broker gather records, the count does not"):
    val settings = read().toOption.get
    assertEquals(
      KafkaSettings.lingering(settings.archive.lingerMs),
      Map(
        "fetch.min.bytes" -> 4 * 1024 * 1024,
        "max.partition.fetch.bytes" -> 8 * 1024 * 1024,
        "fetch.max.wait.ms" -> 1000
      )
    )
    assertEquals(KafkaSettings.lingering(settings.count.lingerMs), Map.empty[String, Int])

  test("hosts: a list, a default port, IPv6"):
    val hosts = read("CASSANDRA_HOSTS" -> "a:1, b ,[::1]:9142").map(_.cassandra.hosts)
    assertEquals(hosts, Right(List(HostPort("a", 1), HostPort("b", 9042), HostPort("::1", 9142))))
    assertEquals(HostPort("::1", 9142).toString, "[::1]:9142")

  test("SASL needs a user and a password, and quotes what is in them"):
    assertEquals(errors("KAFKA_SECURITY_PROTOCOL" -> "SASL_SSL").size, 2)
    val sasl = read(
      "KAFKA_SECURITY_PROTOCOL" -> "SASL_PLAINTEXT",
      "KAFKA_SASL_MECHANISM" -> "scram-sha-256",
      "KAFKA_SASL_USERNAME" -> "me",
      "KAFKA_SASL_PASSWORD" -> """a"b\c;"""
    ).toOption.get.kafka.clientProperties
    assertEquals(sasl("sasl.mechanism"), "SCRAM-SHA-256")
    assert(sasl("sasl.jaas.config").contains("""password="a\"b\\c;";"""), sasl)

  test("secrets show neither in the settings nor in complaints"):
    val env = Map(
      "KAFKA_SECURITY_PROTOCOL" -> "SASL_PLAINTEXT",
      "KAFKA_SASL_USERNAME" -> "me",
      "KAFKA_SASL_PASSWORD" -> "canary-1",
      "CASSANDRA_USERNAME" -> "me",
      "CASSANDRA_PASSWORD" -> "canary-2"
    )
    assert(!Settings.fromEnv(env).toString.contains("canary"))
    val wrong = Settings.fromEnv(env - "CASSANDRA_USERNAME" + ("LOG_LEVEL" -> "loud"))
    assert(wrong.isLeft && !wrong.toString.contains("canary"), wrong)

  test("windows live as long as they are at least, or what is said late in one would be refused"):
    val found = errors("WINDOW_SIZE_SECONDS" -> "600", "WINDOW_RETENTION_SECONDS" -> "599")
    assert(found.sizeIs == 1 && found.head.contains("WINDOW_RETENTION_SECONDS"), found)
    assertEquals(errors("WINDOW_RETENTION_SECONDS" -> "600"), Nil)
    val long = read("WINDOW_SIZE_SECONDS" -> "86400").map(_.count.retentionMs)
    assertEquals(long, Right(86_400_000L))
    assert(errors("WINDOW_SIZE_SECONDS" -> "86401").sizeIs == 1, "no longer than other commands take")

  test("windows that may take the whole heap are refused"):
    val heapMb = Runtime.getRuntime.maxMemory / (1024 * 1024)
    val found = errors("WINDOW_MEMORY_MB" -> (heapMb * 3 / 4).toString)
    assert(found.sizeIs == 1 && found.head.contains("half of the heap"), found)
    assertEquals(errors("WINDOW_MEMORY_MB" -> (heapMb / 2).toString), Nil)

  test("a log level that only the other services have is the least that there is here"):
    for level <- List("fatal", "silent") do
      assertEquals(read("LOG_LEVEL" -> level).map(_.logLevel), Right("error"))

  test("TLS files that cannot be read are named"):
    val found = errors("KAFKA_SECURITY_PROTOCOL" -> "SSL", "KAFKA_TLS_CA" -> "/no/such.pem")
    assert(found.exists(e => e.contains("KAFKA_TLS_CA") && e.contains("/no/such.pem")), found)
