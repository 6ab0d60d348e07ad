package twitchstats.processor.count

import org.apache.kafka.streams.state.RocksDBConfigSetter
import org.rocksdb.{
  BlockBasedTableConfig,
  Cache,
  CompressionType,
  LRUCache,
  Options,
  WriteBufferManager
}
import java.util

/** One cache and one budget of write buffers for all stores of the process: without, RocksDB's
  * memory grows with the partitions, off the heap and unbounded.
  */
final class BoundedRocksDb extends RocksDBConfigSetter:
  override def setConfig(store: String, options: Options, configs: util.Map[String, Object]): Unit =
    options.tableFormatConfig match
      case table: BlockBasedTableConfig =>
        table.setBlockCache(BoundedRocksDb.cache)
        table.setCacheIndexAndFilterBlocks(true)
        table.setBlockSize(16 * 1024)
        options.setTableFormatConfig(table)
      case _ => ()
    options.setWriteBufferManager(BoundedRocksDb.writeBuffers)
    options.setWriteBufferSize(8 * 1024 * 1024)
    options.setMaxWriteBufferNumber(2)
    options.setCompressionType(CompressionType.LZ4_COMPRESSION): Unit

  /** The cache is shared and lives as long as the process. */
  override def close(store: String, options: Options): Unit = ()

object BoundedRocksDb:
  private val WriteBufferBytes = 32L * 1024 * 1024
  private val TotalBytes = 64L * 1024 * 1024

  // Write buffers are charged to the cache, so the one bound holds for both.
  private lazy val cache: Cache = LRUCache(TotalBytes, -1, false, 0.1)
  private lazy val writeBuffers = WriteBufferManager(WriteBufferBytes, cache)
