package twitchstats.launcher

import munit.FunSuite
import java.io.{ByteArrayOutputStream, PrintStream}
import scala.io.Source

class LauncherSpec extends FunSuite:
  private def printed(body: PrintStream => Unit): String =
    val bytes = ByteArrayOutputStream()
    body(PrintStream(bytes, true))
    bytes.toString

  test("wrong usage exits with 2 and leaves standard output empty"):
    for args <- List(List(), List("resolve"), List("resolve", "nosuch"), List("fetch", "kafka")) do
      var status = 0
      assertEquals(printed(out => status = Launcher.run(args.toArray, out)), "")
      assertEquals(status, 2, args.toString)

  test("events are one JSON object a line, ASCII whatever the paths are"):
    val paths = java.util.List.of("/a b/\"x\"\\y.jar", "/é\n.jar")
    assertEquals(
      printed(out => Events(out).classpath("kafka", paths)),
      """{"type":"classpath","name":"kafka","entries":["/a b/\"x\"\\y.jar","/\u00e9\u000a.jar"]}""" + "\n"
    )
    assertEquals(
      printed(out => Events(out).error("kafka", "no", true)),
      """{"type":"error","name":"kafka","message":"no","retryable":true}""" + "\n"
    )

  test("progress is told at most five times a second, and only of jars"):
    val lines = printed: out =>
      val progress = Progress("kafka", Events(out))
      for i <- 1 to 1000 do
        progress.foundLocally(s"x/$i.pom")
        progress.foundLocally(s"x/$i.jar")
      progress.finish(1000)
    assert(lines.linesIterator.size <= 4, lines)
    assertEquals(
      lines.linesIterator.toList.last,
      """{"type":"progress","name":"kafka","done":1000,"total":1000,"bytes":0}"""
    )

  test("the processor's list is exact: group, artefact, version, and neither ours nor coursier"):
    val lines = Source
      .fromInputStream(getClass.getResourceAsStream(ClassPaths.PROCESSOR_LIST))
      .getLines()
      .filter(_.nonEmpty)
      .toList
    assert(lines.size > 20)
    lines.foreach(line => assert(line.matches("""[^:\s]+:[^:\s]+:[^:\s]+"""), line))
    assert(lines.exists(_.startsWith("org.scala-lang:scala3-library_3:")), lines)
    assert(!lines.exists(line => line.contains("coursier") || line.contains("munit")), lines)
