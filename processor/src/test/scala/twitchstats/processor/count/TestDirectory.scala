package twitchstats.processor.count

import java.nio.file.{Files, Path}
import scala.util.Using

/** Empty directories for tests, deleted with all that is in them when the JVM of the tests ends. */
object TestDirectory:
  private val root = Files.createTempDirectory("twitchstats-processor-")
  Runtime.getRuntime.addShutdownHook(Thread(() => delete(root)))

  def create(name: String): Path = Files.createTempDirectory(root, name)

  private def delete(directory: Path): Unit =
    Using.resource(Files.walk(directory)): paths =>
      paths.sorted(java.util.Comparator.reverseOrder).forEach(Files.delete(_))
