package twitchstats.processor.ops

import com.sun.management.OperatingSystemMXBean
import io.prometheus.metrics.core.metrics.{Counter, CounterWithCallback, Gauge, Histogram}
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter
import io.prometheus.metrics.model.registry.PrometheusRegistry
import twitchstats.processor.archive.{ArchiveMetrics, WriteKind}
import twitchstats.processor.count.CountMetrics
import twitchstats.processor.message.DeadLetterClass
import java.io.ByteArrayOutputStream
import java.lang.management.ManagementFactory

/** The numbers of `/metrics`, one registry a process. Times in seconds, sizes in bytes, as
  * Prometheus wants them.
  */
final class Metrics:
  private val registry = PrometheusRegistry()

  // Named as every Prometheus client names it, so without our prefix.
  CounterWithCallback.builder
    .name("process_cpu_seconds_total")
    .help("User and system time of the process")
    .callback(at => at.call(Metrics.cpuSeconds))
    .register(registry)

  /** Text format 0.0.4. */
  def text: Array[Byte] =
    val out = ByteArrayOutputStream()
    PrometheusTextFormatWriter.create().write(out, registry.scrape())
    out.toByteArray

  /** Records still to be read, by the consumer's own account. */
  def lag(role: String, topic: String, partition: Int, records: Double): Unit =
    lagRecords.labelValues(role, topic, partition.toString).set(records)

  /** Of a partition that another instance reads now. */
  def noLag(role: String, topic: String, partition: Int): Unit =
    lagRecords.remove(role, topic, partition.toString)

  private val lagRecords =
    gauge("lag_records", "Records not read yet", "role", "topic", "partition")

  object count extends CountMetrics:
    private val in = counter("records_in", "Chat records read by the count")
    private val countedMessages = counter("messages_counted", "Messages counted, each once")
    private val duplicates = counter("messages_deduplicated", "Messages that were counted before")
    private val dropped = counter("messages_opted_out", "Messages of users who opted out")
    private val deadLetters = counter("dead_letters", "Records that are no messages", "class")
    private val updates = counter("window_updates", "Window updates sent")
    private val windows = gauge("windows_in_memory", "Windows held in memory", "partition")
    private val bytes = gauge("window_memory_bytes", "Heap held by windows", "partition")
    private val entries = gauge("state_entries", "Entries of the state store, about", "partition")
    private val delay = histogram(
      "end_to_end_delay_seconds",
      "From a record's arrival in the log to its window being sent",
      Array(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 60)
    )
    // All classes are there from the first scrape, at zero.
    DeadLetterClass.values.foreach(reason => deadLetters.initLabelValues(reason.code))

    private val inPoint = in.labelValues()
    private val countedPoint = countedMessages.labelValues()
    private val duplicatePoint = duplicates.labelValues()

    def received(): Unit = inPoint.inc()
    def counted(): Unit = countedPoint.inc()
    def duplicate(): Unit = duplicatePoint.inc()
    def optedOut(): Unit = dropped.inc()
    def dead(reason: DeadLetterClass): Unit = deadLetters.labelValues(reason.code).inc()
    def sent(delayMs: Long): Unit =
      updates.inc()
      delay.observe(delayMs / 1000.0)
    def state(partition: Int, open: Int, heapBytes: Long, storeEntries: Long): Unit =
      windows.labelValues(partition.toString).set(open.toDouble)
      bytes.labelValues(partition.toString).set(heapBytes.toDouble)
      entries.labelValues(partition.toString).set(storeEntries.toDouble)
    def noState(partition: Int): Unit =
      List(windows, bytes, entries).foreach(_.remove(partition.toString))

  object archive extends ArchiveMetrics:
    private val rows = counter("archived_rows", "Rows written", "table")
    private val failures = counter("archive_failures", "Write requests that failed", "table")
    private val skips = counter("archive_skipped", "Records that are no messages")
    private val waiting = gauge("archive_in_flight", "Write requests not yet answered")
    private val batch =
      histogram(
        "archive_batch_rows",
        "Rows of a request",
        Array(1, 2, 4, 8, 16, 32, 64, 128),
        "table"
      )
    private val latency = histogram(
      "archive_write_seconds",
      "From a request to its success",
      Array(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
      "table"
    )

    def written(kind: WriteKind, count: Int, nanos: Long): Unit =
      rows.labelValues(kind.label).inc(count)
      batch.labelValues(kind.label).observe(count)
      latency.labelValues(kind.label).observe(nanos / 1e9)
    def failed(kind: WriteKind): Unit = failures.labelValues(kind.label).inc()
    def skipped(): Unit = skips.inc()
    def inFlight(requests: Int): Unit = waiting.set(requests)
    def lag(topic: String, partition: Int, records: Long): Unit =
      Metrics.this.lag("archive", topic, partition, records.toDouble)
    def noLag(topic: String, partition: Int): Unit =
      Metrics.this.noLag("archive", topic, partition)

  private def counter(name: String, help: String, labels: String*): Counter =
    Counter.builder.name(Metrics.Prefix + name).help(help).labelNames(labels*).register(registry)

  private def gauge(name: String, help: String, labels: String*): Gauge =
    Gauge.builder.name(Metrics.Prefix + name).help(help).labelNames(labels*).register(registry)

  private def histogram(
      name: String,
      help: String,
      upTo: Array[Double],
      labels: String*
  ): Histogram =
    Histogram.builder
      .name(Metrics.Prefix + name)
      .help(help)
      .classicOnly()
      .classicUpperBounds(upTo*)
      .labelNames(labels*)
      .register(registry)

object Metrics:
  private val Prefix = "twitchstats_processor_"

  private def cpuSeconds: Double = ManagementFactory.getOperatingSystemMXBean match
    case system: OperatingSystemMXBean => system.getProcessCpuTime / 1e9
    case _ => 0
