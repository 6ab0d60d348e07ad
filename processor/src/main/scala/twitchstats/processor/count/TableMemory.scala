package twitchstats.processor.count

import org.apache.kafka.common.utils.ByteBufferUnmapper
import java.nio.{LongBuffer, MappedByteBuffer}
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
  *   tables of more longs than this are mapped; 1 MiB each by default
  */
final class TableMemory(directory: Path, maxHeapLongs: Int = 1 << 17):
  def allocate(longs: Int): TableMemory.Block =
    if longs <= maxHeapLongs then TableMemory.Block(LongBuffer.allocate(longs), null)
    else
      val mapped = map(longs)
      TableMemory.Block(mapped.asLongBuffer, mapped)

  private def map(longs: Int): MappedByteBuffer =
    Files.createDirectories(directory)
    val file = directory.resolve(s"${UUID.randomUUID}.table")
    val channel = FileChannel.open(file, CREATE_NEW, READ, WRITE)
    try channel.map(FileChannel.MapMode.READ_WRITE, 0, longs * 8L)
    finally
      channel.close()
      // Where an open file cannot be unlinked, the next start cleans up.
      Try(Files.delete(file)): Unit

object TableMemory:
  /** A table's longs, all zero at first. */
  final class Block(val longs: LongBuffer, mapped: MappedByteBuffer | Null):
    def heapBytes: Long = if mapped == null then longs.capacity * 8L else 0

    /** Gives back what was mapped: left to the garbage collector, it stays for hours. The longs
      * must not be touched any more.
      */
    def free(): Unit =
      if mapped != null then ByteBufferUnmapper.unmap("a table of a window", mapped)

  /** A fresh folder for mapped files under the state directory. */
  def under(stateDir: Path): TableMemory =
    val directory = stateDir.resolve("tables")
    if Files.isDirectory(directory) then
      Files.list(directory).forEach(file => Try(Files.delete(file)): Unit)
    TableMemory(directory)
