package twitchstats.processor.count

import java.nio.LongBuffer
import java.nio.channels.FileChannel
import java.nio.file.StandardOpenOption.{CREATE_NEW, READ, WRITE}
import java.nio.file.{Files, Path}
import java.util.UUID
import scala.util.Try

/** Where the tables of windows lie: small ones on the heap, large ones in files mapped into memory,
  * which the operating system pages out. So a flood of users in one window cannot exhaust the heap.
  *
  * @param directory
  *   of the mapped files; they are unlinked as soon as they are mapped
  * @param maxHeapLongs
  *   tables of more longs than this are mapped; 8 MiB each by default
  */
final class TableMemory(directory: Path, maxHeapLongs: Int = 1 << 20):
  def allocate(longs: Int): LongBuffer =
    if longs <= maxHeapLongs then LongBuffer.allocate(longs) else map(longs)

  private def map(longs: Int): LongBuffer =
    Files.createDirectories(directory)
    val file = directory.resolve(s"${UUID.randomUUID}.table")
    val channel = FileChannel.open(file, CREATE_NEW, READ, WRITE)
    try channel.map(FileChannel.MapMode.READ_WRITE, 0, longs * 8L).asLongBuffer
    finally
      channel.close()
      // Where an open file cannot be unlinked, the next start cleans up.
      Try(Files.delete(file)): Unit

object TableMemory:
  /** A fresh folder for mapped files under the state directory. */
  def under(stateDir: Path): TableMemory =
    val directory = stateDir.resolve("tables")
    if Files.isDirectory(directory) then
      Files.list(directory).forEach(file => Try(Files.delete(file)): Unit)
    TableMemory(directory)
