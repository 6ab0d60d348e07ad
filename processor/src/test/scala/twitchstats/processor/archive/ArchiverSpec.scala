package twitchstats.processor.archive

import munit.FunSuite
import org.apache.kafka.clients.consumer.ConsumerRecord
import twitchstats.processor.count.{ChannelStats, ChatterCount}
import twitchstats.processor.side.OptOuts
import java.nio.charset.StandardCharsets.UTF_8
import java.util
import scala.collection.mutable
import scala.jdk.CollectionConverters.*

/** One thread: what happens is scheduled to the consumer's polls, one step a poll. */
class ArchiverSpec extends FunSuite:
  import Archiving.*

  test("what is written is committed"):
    val it = Archiving()
    it.poll(it.arrive("one", "two"))
    it.poll()
    it.run()
    assertEquals(it.positions.lastOption, Some(2L))
    assert(it.cassandra.rows.contains("messages one") && it.cassandra.rows.contains("by_user two"))

  test("only what lies below the lowest unfinished write is committed"):
    val it = Archiving()
    it.cassandra.hold(_.contains("messages slow"))
    it.poll(it.arrive("first"))
    it.poll(it.arrive("slow", "quick"))
    it.poll(it.expect(committed = 1))
    it.poll(it.expect(committed = 1))
    it.poll(it.cassandra.release())
    it.poll()
    it.poll(it.expect(committed = 3))
    it.run()

  test("a row that is missing in the second table only holds the commit back too"):
    val it = Archiving()
    it.cassandra.hold(_.contains("by_user one"))
    it.poll(it.arrive("one"))
    it.poll()
    it.poll(it.expect(committed = 0))
    it.poll(it.cassandra.release())
    it.poll()
    it.poll(it.expect(committed = 1))
    it.run()

  test("what is no message is passed over, and commits with its neighbours"):
    val it = Archiving()
    it.poll(it.arrive("one", "\u0000 no JSON", "two"))
    it.poll()
    it.run()
    assertEquals(it.positions.lastOption, Some(3L))

  test("who opted out is not archived"):
    val it = Archiving(isOptedOut = _.text == "secret")
    it.poll(it.arrive("secret", "open"))
    it.poll()
    it.run()
    assertEquals(it.cassandra.rows.filter(_.startsWith("messages")).toSet, Set("messages open"))
    assertEquals(it.positions.lastOption, Some(2L))

  test("who opted out is not named in a window that was counted before"):
    val optOuts = OptOuts()
    optOuts.update("u1".getBytes(UTF_8), """{"user_id":"u1","at":1}""".getBytes(UTF_8))
    val it = Archiving(isOptedOut = optOuts)
    val chatters = List(ChatterCount("u1", "a", 4), ChatterCount("u2", "b", 1))
    val stats = ChannelStats("c1", "c", 5, 60, 120, 60, 2, Nil, chatters, None, 61, 62)
    val record = ConsumerRecord("windows", 0, 0, "c1:60".getBytes(UTF_8), stats.toJson)
    it.poll(it.consumer.addRecord(record))
    it.poll()
    it.run()
    assertEquals(it.cassandra.rows.toSet, Set("window 60 count 5 by u2"))

  test("no more requests are in flight than allowed, and nothing is read while some wait for room"):
    val it = Archiving(maxInFlight = 3)
    it.cassandra.hold(_ => true)
    it.poll(it.arrive((1 to 40).map(_.toString)*))
    it.poll(())
    it.poll(assertEquals(it.consumer.paused.asScala.toSet, Set(chat, windows)))
    for _ <- 1 to 40 do it.poll(it.cassandra.release())
    it.poll(assertEquals(it.consumer.paused.size, 0))
    it.run()
    assertEquals(it.cassandra.mostHeld, 3)
    assertEquals(it.positions.lastOption, Some(40L))

  test("no more is read while too many records wait behind one write that is not taken"):
    val it = Archiving(mostPending = 5)
    it.cassandra.hold(_.contains("messages stuck"))
    it.poll(it.arrive("stuck"))
    it.poll(it.arrive("1", "2", "3", "4"))
    it.poll(assertEquals(it.consumer.paused.size, 0))
    it.poll(it.arrive("5"))
    it.poll(assertEquals(it.consumer.paused.asScala.toSet, Set(chat, windows)))
    it.poll(it.cassandra.release())
    it.poll()
    it.poll(assertEquals(it.consumer.paused.size, 0))
    it.run()
    assertEquals(it.positions.lastOption, Some(6L))

  test("nothing is read while Cassandra is away, and what was read is written when it is back"):
    val it = Archiving()
    it.poll(it.cassandra.fail(Some(RuntimeException("away"))))
    it.poll(it.arrive("kept"))
    it.poll()
    it.poll:
      assertEquals(it.consumer.paused.asScala.toSet, Set(chat, windows))
      assertEquals(it.positions.lastOption, None)
      it.cassandra.fail(None)
      // Repeated by the writer's own thread, after its back-off.
      it.untilWritten("messages kept", "by_user kept", "name a")
    it.poll()
    it.poll(assertEquals(it.consumer.paused.size, 0))
    it.run()
    assertEquals(it.positions.lastOption, Some(1L))

  test("how far it is behind is told while it is paused too"):
    val lags = mutable.Map.empty[String, Long]
    val it = Archiving(onLag = (topic, records) => lags(topic) = records)
    it.poll(it.cassandra.fail(Some(RuntimeException("away"))))
    it.poll(it.arrive("one"))
    it.poll:
      assert(it.consumer.paused.contains(chat))
      it.consumer.updateEndOffsets(util.Map.of(chat, 41L, windows, 0L))
    it.poll(assertEquals(lags.toMap, Map("chat" -> 40L, "windows" -> 0L)))
    it.run()

  test("a stop writes and commits what was accepted"):
    val it = Archiving()
    it.run(atLast = it.arrive("last"))
    assertEquals(it.positions.lastOption, Some(1L))

  test("a stop does not wait for a Cassandra that is away, and commits nothing of it"):
    val it = Archiving(drainMs = Int.MaxValue)
    it.poll(it.arrive("first"))
    it.poll(it.cassandra.fail(Some(RuntimeException("away"))))
    it.poll(it.arrive("second"))
    it.run()
    assertEquals(it.positions.lastOption, Some(1L))

  test("a partition is given away with all of it written and committed"):
    val it = Archiving()
    it.poll(it.arrive("mine"))
    it.cassandra.hold(_.contains("messages mine"))
    it.poll:
      it.cassandra.release()
      it.consumer.rebalance(util.List.of())
      assertEquals(it.positions.lastOption, Some(1L))
    it.run()

  test("what Cassandra acknowledged lately is not committed, not even at a stop"):
    val it = Archiving(settleMs = anHour)
    it.poll(it.arrive("one"))
    it.poll()
    it.run()
    assert(it.cassandra.rows.contains("messages one"))
    assertEquals(it.positions.toList, Nil)

  test("what was written last is committed when Cassandra has shown that it lives"):
    val it = Archiving(settleMs = 1)
    it.poll(it.arrive("one"))
    val end = System.nanoTime + 30_000_000_000L
    def wait(): Unit =
      if it.positions.isEmpty then
        if System.nanoTime > end then fail("never committed")
        it.poll(wait())
      else it.stop()
    it.poll(wait())
    it.untilStopped()
    assertEquals(it.positions.lastOption, Some(1L))

  test("what a lost node had acknowledged is read and written again"):
    val it = Archiving(settleMs = anHour)
    it.poll(it.arrive("one", "two"))
    it.poll()
    it.poll:
      assert(it.cassandra.rows.contains("by_user two"))
      it.cassandra.synchronized(it.cassandra.rows.clear())
      it.health.onDown(null)
    it.poll:
      assertEquals(it.consumer.position(chat), 0L)
      it.arriveAgain("one", "two")
    it.poll()
    it.run()
    val lost = Set("messages one", "messages two", "by_user one", "by_user two", "name a")
    assertEquals(it.cassandra.rows.toSet, lost)

  test("a node that is lost while nothing is written is noticed, and so is its return"):
    val it = Archiving(settleMs = anHour)
    it.poll(it.arrive("one"))
    it.poll()
    it.poll(it.cassandra.fail(Some(RuntimeException("connection lost"))))
    it.poll(it.health.onDown(null))
    it.poll()
    it.poll:
      assertEquals(it.consumer.paused.asScala.toSet, Set(chat, windows))
      it.cassandra.fail(None)
    it.poll()
    it.poll:
      assertEquals(it.consumer.paused.size, 0)
      it.arriveAgain("one")
    it.poll()
    it.run()
    assertEquals(it.cassandra.requests.count(_.contains("messages one")), 2)

  private val anHour = 3_600_000L
