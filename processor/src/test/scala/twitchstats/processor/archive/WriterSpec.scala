package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.servererrors.{
  InvalidQueryException,
  UnauthorizedException
}
import munit.FunSuite

class WriterSpec extends FunSuite:
  private val tables = FakeTables()
  private val cassandra = FakeCassandra(tables)
  private val health = CassandraHealth()
  private val writer = Writer(cassandra.execute, ArchiveMetrics.None, health, maxInFlight = 8)

  override def afterAll(): Unit = writer.close()

  private def write(texts: String*) =
    val rows = texts.map(text => tables.message(Messages.of(text)).byChannel)
    Write(WriteKind.Messages, tables.batch(rows), rows, Nil)

  test("a write is done when Cassandra has answered, not before"):
    cassandra.hold(_ => true)
    writer.submit(write("held"))
    assertEquals(writer.nextDone(waitMs = 0), None)
    assertEquals(writer.inFlight, 1)
    cassandra.release()
    assert(writer.nextDone(waitMs = 10_000).isDefined)
    assertEquals(writer.inFlight, 0)

  test("a write that fails is repeated until it succeeds, and counts as in flight meanwhile"):
    cassandra.hold(_ => false)
    cassandra.fail(Some(RuntimeException("connection lost")))
    writer.submit(write("again"))
    assertEquals(writer.nextDone(waitMs = 0), None)
    assertEquals(writer.inFlight, 1)
    assertEquals(health.isConnected, false)
    cassandra.fail(None)
    val done = writer.nextDone(waitMs = 10_000)
    assert(done.exists(_.failures >= 1))
    assert(cassandra.rows.contains("messages again"))
    assertEquals(health.isConnected, true)

  test("what Cassandra will never take is told as long as it does not"):
    cassandra.hold(_ => false)
    cassandra.fail(Some(UnauthorizedException(null, "no MODIFY permission")))
    writer.submit(write("refused"))
    assertEquals(health.isConnected, true)
    assertEquals(health.refusal, Some("Cassandra refuses messages: no MODIFY permission"))
    cassandra.fail(None)
    assert(writer.nextDone(waitMs = 10_000).isDefined)
    assertEquals(health.refusal, None)

  test("a batch that Cassandra never takes is written row by row, and done when all are there"):
    cassandra.hold(_ => false)
    val tooLarge = Some(InvalidQueryException(null, "Batch too large"))
    cassandra.fail(tooLarge, which = _.size > 1)
    writer.submit(write("apart 1", "apart 2", "apart 3"))
    assert(writer.nextDone(waitMs = 10_000).isDefined)
    assert((1 to 3).forall(n => cassandra.rows.contains(s"messages apart $n")))
    assertEquals(writer.inFlight, 0)
    assertEquals(health.refusal, None)

  test("a row that Cassandra never takes is repeated, and holds no other of its batch back"):
    cassandra.hold(_ => false)
    val tooLarge = Some(InvalidQueryException(null, "too large"))
    cassandra.fail(tooLarge, which = _.contains("messages huge"))
    writer.submit(write("huge", "small", "little"))
    // The others follow the one that is refused after its back-off.
    val end = System.nanoTime + 30_000_000_000L
    def isWritten(row: String) = cassandra.synchronized(cassandra.rows.contains(row))
    while !isWritten("messages small") || !isWritten("messages little") do
      if System.nanoTime > end then fail("never written")
      Thread.onSpinWait()
    assertEquals(writer.nextDone(waitMs = 0), None)
    assertEquals(writer.inFlight, 1)
    cassandra.fail(None)
    assert(writer.nextDone(waitMs = 10_000).isDefined)
    assert(cassandra.rows.contains("messages huge"))

  test("a write that cannot even be sent is repeated too"):
    var sends = 0
    val closed = Writer(
      statement =>
        sends += 1
        if sends == 1 then throw IllegalStateException("the session is closed")
        else cassandra.execute(statement)
      ,
      ArchiveMetrics.None,
      CassandraHealth(),
      maxInFlight = 8
    )
    closed.submit(write("thrown"))
    assert(closed.nextDone(waitMs = 10_000).isDefined)
    closed.close()

  test("there is room for no more than the most in flight, and for fewer after a failure"):
    val fresh = Writer(cassandra.execute, ArchiveMetrics.None, CassandraHealth(), maxInFlight = 8)
    cassandra.hold(_ => true)
    (1 to 8).foreach: i =>
      assert(fresh.hasRoom)
      fresh.submit(write(s"room $i"))
    assert(!fresh.hasRoom)
    cassandra.release()
    assert(fresh.hasRoom)
    cassandra.hold(_ => false)
    cassandra.fail(Some(RuntimeException("overloaded")))
    fresh.submit(write("failing"))
    (1 to 3).foreach(i => fresh.submit(write(s"failing $i")))
    assert(!fresh.hasRoom, "four in flight after the limit was halved to four")
    fresh.close()
