package twitchstats.launcher

import munit.FunSuite
import java.io.{BufferedReader, InputStreamReader}
import java.util.concurrent.TimeUnit.SECONDS

class GuardSpec extends FunSuite:
  private def guarded(args: String*): Process =
    val java = ProcessHandle.current.info.command.get
    val command = List(java, "-Xmx64m", "-cp", System.getProperty("java.class.path")) ++
      List(classOf[Guard].getName) ++ args
    val builder = ProcessBuilder(command*)
    builder.environment.put("TWITCHSTATS_GUARD_TIMEOUT_MS", "300"): Unit
    builder.redirectError(ProcessBuilder.Redirect.DISCARD).start()

  private val example = classOf[GuardedExample].getName

  private def exitCode(process: Process): Int =
    assert(process.waitFor(20, SECONDS), "still alive")
    process.exitValue

  test("runs the main class with its arguments; a closed pipe ends it in order with 143"):
    val process = guarded(example, "a", "b")
    val out = BufferedReader(InputStreamReader(process.getInputStream))
    assertEquals(out.readLine, "ready a b")
    process.getOutputStream.close()
    assertEquals(out.readLine, "hook")
    assertEquals(exitCode(process), 143)

  test("a shutdown that hangs is halted with 137"):
    val process = guarded(example, "hang")
    // Before that there is no hook yet that could hang.
    assertEquals(BufferedReader(InputStreamReader(process.getInputStream)).readLine, "ready hang")
    process.getOutputStream.close()
    assertEquals(exitCode(process), 137)

  test("what is written to it is ignored, and a main class that throws ends with 1"):
    val process = guarded(example, "fail")
    process.getOutputStream.write("hello\n".getBytes)
    assertEquals(exitCode(process), 1)

  test("the timeout falls back to ten seconds"):
    assertEquals(Guard.timeoutMs(null), 10_000L)
    assertEquals(Guard.timeoutMs("soon"), 10_000L)
    assertEquals(Guard.timeoutMs("5"), 5L)
