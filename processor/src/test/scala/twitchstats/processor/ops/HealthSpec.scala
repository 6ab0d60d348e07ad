package twitchstats.processor.ops

import munit.FunSuite
import twitchstats.processor.settings.HttpSettings
import java.net.{Socket, URI}
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration.ofSeconds

class HealthSpec extends FunSuite:
  private val running = StreamsHealth("RUNNING", 3)
  private val archiving = ArchiverHealth("running", 6, "connected")
  private def status(s: Option[StreamsHealth], a: Option[ArchiverHealth]) =
    Health.status(s, a, isStopping = false)

  test("up when both roles have partitions"):
    assertEquals(status(Some(running), Some(archiving)), "up")

  test("starting until the streams run with partitions, and until the archiver has some"):
    assertEquals(status(Some(StreamsHealth("RUNNING", 0)), Some(archiving)), "starting")
    assertEquals(status(Some(StreamsHealth("REBALANCING", 3)), None), "starting")
    assertEquals(status(Some(running), Some(archiving.copy(partitions = 0))), "starting")

  test("degraded, not down, when only Cassandra is away"):
    val away = ArchiverHealth("paused", 6, "away")
    assertEquals(status(Some(running), Some(away)), "degraded")
    assertEquals(HealthReport("degraded", "all", None, None, 0).httpStatus, 200)

  test("down when the streams failed, and while stopping"):
    assertEquals(status(Some(StreamsHealth("ERROR", 0)), Some(archiving)), "down")
    assertEquals(Health.status(Some(running), Some(archiving), isStopping = true), "down")

  test("down when Kafka refuses the count, or Cassandra an archiver that is alone"):
    assertEquals(status(Some(running.copy(reason = Some("no such right"))), None), "down")
    val refused = ArchiverHealth("failed", 0, "away", Some("wrong password"))
    assertEquals(status(None, Some(refused)), "down")
    assertEquals(status(Some(running), Some(refused)), "degraded")

  test("what the process waits for is told until it waits no more"):
    val health = Health("count", Some(() => running), None)
    health.waitingBecause(Some("Kafka does not answer"))
    assertEquals(health.report.reason, Some("Kafka does not answer"))
    health.waitingBecause(None)
    assertEquals(health.report.reason, None)

  test("since is the time of the last change"):
    var (now, streams) = (1L, running)
    val health = Health("count", Some(() => streams), None, () => now)
    now = 5
    assertEquals(health.report.since, 5L)
    now = 9
    assertEquals(health.report.since, 5L)
    streams = StreamsHealth("REBALANCING", 0)
    assertEquals(health.report, HealthReport("starting", "count", Some(streams), None, 9))

  test("HTTP: health with its status, metrics as text, 404 and 405 for the rest"):
    var streams = running
    val health = Health("count", Some(() => streams), None)
    val numbers = Metrics()
    val http = HttpEndpoint
      .start(HttpSettings("127.0.0.1", 0), health, numbers, () => numbers.count.received())
    val client = HttpClient.newHttpClient()
    def ask(method: String, path: String) =
      val uri = URI.create(s"http://127.0.0.1:${http.port}$path")
      val request = HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody)
      val answer = client.send(request.build(), BodyHandlers.ofString)
      (answer.statusCode, answer.body)
    try
      val (ok, body) = ask("GET", "/health")
      assertEquals(ok, 200)
      assert(
        body.startsWith(
          """{"status":"up","role":"count","streams":{"state":"RUNNING","partitions":3},"since":"""
        ),
        body
      )
      streams = StreamsHealth("ERROR", 0)
      assertEquals(ask("GET", "/health")._1, 503)
      val metrics = ask("GET", "/metrics")._2
      assert(
        metrics.contains("""twitchstats_processor_dead_letters_total{class="broken_json"} 0.0"""),
        metrics
      )
      assertEquals(ask("GET", "/")._1, 404)
      assertEquals(ask("POST", "/health")._1, 405)
    finally http.close()

  test("who sends half a request and stays keeps nobody else waiting for ever"):
    val health = Health("count", Some(() => running), None)
    val http = HttpEndpoint.start(HttpSettings("127.0.0.1", 0), health, Metrics(), () => ())
    val halves = List.fill(4)(Socket("127.0.0.1", http.port))
    try
      halves.foreach(_.getOutputStream.write("GET /hea".getBytes))
      val asked = HttpRequest.newBuilder(URI(s"http://127.0.0.1:${http.port}/health"))
      val request = asked.timeout(ofSeconds(60)).build
      val answer = HttpClient.newHttpClient.send(request, BodyHandlers.ofString)
      assertEquals(answer.statusCode, 200)
    finally
      halves.foreach(_.close())
      http.close()
