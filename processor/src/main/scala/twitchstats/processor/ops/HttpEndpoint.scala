package twitchstats.processor.ops

import com.sun.net.httpserver.{HttpExchange, HttpServer}
import twitchstats.processor.settings.HttpSettings
import java.io.IOException
import java.net.InetSocketAddress
import java.nio.channels.UnresolvedAddressException
import java.nio.charset.StandardCharsets.UTF_8
import java.util.concurrent.Executors
import scala.util.Using

/** `GET /health` and `GET /metrics`, on the JDK's own small server. */
final class HttpEndpoint private (server: HttpServer) extends AutoCloseable:
  def port: Int = server.getAddress.getPort
  override def close(): Unit = server.stop(0)

object HttpEndpoint:
  private val Json = "application/json"
  private val MetricsText = "text/plain; version=0.0.4; charset=utf-8"
  private val Threads = 2

  /** How long a request and its answer may take, or a few that send half of one would keep all
    * threads. The server takes it from nowhere else, in seconds, when its classes are loaded.
    */
  private val PatienceSeconds = "5"
  List("maxReqTime", "maxRspTime").foreach: name =>
    System.setProperty(s"sun.net.httpserver.$name", PatienceSeconds)

  /** @param beforeScrape
    *   brings numbers up to date that are read rather than counted
    */
  def start(
      settings: HttpSettings,
      health: Health,
      metrics: Metrics,
      beforeScrape: () => Unit
  ): HttpEndpoint =
    def scrape() =
      beforeScrape()
      metrics.text
    val server = listen(settings)
    server.setExecutor(Executors.newFixedThreadPool(Threads, daemon(_)))
    server.createContext("/", exchange => answer(exchange)(route(exchange, health, scrape)))
    server.start()
    HttpEndpoint(server)

  private def listen(settings: HttpSettings): HttpServer =
    try HttpServer.create(InetSocketAddress(settings.host, settings.port), 0)
    catch
      case failure: (IOException | UnresolvedAddressException) =>
        val place = s"PROCESSOR_HTTP_HOST ${settings.host}, PROCESSOR_HTTP_PORT ${settings.port}"
        throw IOException(s"cannot listen there ($place): ${Reasons.of(failure)}")

  private final case class Answer(status: Int, contentType: String, body: Array[Byte])

  private def route(exchange: HttpExchange, health: Health, scrape: () => Array[Byte]): Answer =
    (exchange.getRequestMethod, exchange.getRequestURI.getPath) match
      case ("GET" | "HEAD", "/health") =>
        val report = health.report
        Answer(report.httpStatus, Json, report.toJson)
      case ("GET" | "HEAD", "/metrics") => Answer(200, MetricsText, scrape())
      case ("GET" | "HEAD", _) => error(404, "nothing here, see /health and /metrics")
      case _ => error(405, "only GET")

  private def error(status: Int, message: String) =
    Answer(status, Json, s"""{"status":$status,"title":"$message"}""".getBytes(UTF_8))

  private def answer(exchange: HttpExchange)(make: => Answer): Unit =
    Using.resource(exchange): exchange =>
      val answer =
        try make
        catch case failure: Exception => error(500, failure.getClass.getSimpleName)
      exchange.getResponseHeaders.set("Content-Type", answer.contentType)
      val isHead = exchange.getRequestMethod == "HEAD"
      exchange.sendResponseHeaders(answer.status, if isHead then -1 else answer.body.length)
      if !isHead then exchange.getResponseBody.write(answer.body)

  private def daemon(task: Runnable): Thread =
    val thread = Thread(task, "http")
    thread.setDaemon(true)
    thread
