package twitchstats.processor.archive

import munit.FunSuite
import twitchstats.processor.count.ChannelStats
import twitchstats.processor.message.ChatMessage
import twitchstats.processor.settings.BatchLimits
import java.util.UUID

class WritePlanSpec extends FunSuite:
  private val tables = FakeTables()
  private var offset = 0L

  private def entry(writes: Int = 2) =
    offset += 1
    OffsetTracker.Entry(offset, writes)

  private def plan(batchRows: Int = 64, names: ChannelNames = ChannelNames()) =
    WritePlan(tables, BatchLimits(batchRows), names)

  private def result(of: WritePlan): Seq[(WriteKind, Seq[String])] =
    of.result(() => 1L).map(write => write.kind -> tables.rowsOf(write.statement))

  private def sizes(of: WritePlan, kind: WriteKind): Seq[Int] =
    result(of).collect { case (`kind`, rows) => rows.size }

  test("a request has the rows of one channel only"):
    val p = plan()
    for i <- 1 to 10 do
      p.add(Messages.of(s"$i", channel = if i % 2 == 0 then "a" else "b"), entry())
    val requests = result(p).collect { case (WriteKind.Messages, rows) => rows.toSet }
    assertEquals(
      requests.toSet,
      Set(
        (1 to 10 by 2).map(i => s"messages $i").toSet,
        (2 to 10 by 2).map(i => s"messages $i").toSet
      )
    )

  test("a request has at most so many rows, and no row is left out"):
    val p = plan(batchRows = 4)
    for i <- 1 to 10 do p.add(Messages.of(s"$i"), entry())
    assertEquals(sizes(p, WriteKind.Messages), Seq(4, 4, 2))

  test("a request has at most 64 KiB; a row that is larger goes alone"):
    val p = plan()
    val large = "x" * 30_000
    for i <- 1 to 5 do p.add(Messages.of(s"$i $large"), entry())
    p.add(Messages.of("y" * 65_536), entry())
    p.add(Messages.of("last"), entry())
    assertEquals(sizes(p, WriteKind.Messages), Seq(2, 2, 1, 1, 1))

  test("rows of one user go together, those of others ten users at a time"):
    val p = plan()
    for i <- 1 to 25 do p.add(Messages.of(s"$i", user = s"user $i"), entry())
    assertEquals(sizes(p, WriteKind.MessagesByUser), Seq(10, 10, 5))
    val loud = plan()
    for i <- 1 to 60 do
      loud.add(Messages.of(s"$i", user = if i % 2 == 0 then "loud" else s"$i"), entry())
    val requests = result(loud).collect { case (WriteKind.MessagesByUser, rows) => rows }
    val others = (1 to 59 by 2).map(i => s"by_user $i")
    assertEquals(requests.flatten.toSet.size, 60)
    assert(requests.exists(rows => (2 to 60 by 2).forall(i => rows.contains(s"by_user $i"))))
    requests.foreach(rows => assert(rows.count(others.contains) <= 10))

  test("rows of several users in one request take 4 KiB at most"):
    val p = plan()
    for i <- 1 to 9 do p.add(Messages.of(s"$i " + "x" * 1_900, user = s"user $i"), entry())
    assertEquals(sizes(p, WriteKind.MessagesByUser), Seq(2, 2, 2, 2, 1))

  test("an emote counts for what it takes on the server: a cell, not only its few letters"):
    val p = plan()
    val emotes = List.fill(50)("LUL")
    for i <- 1 to 5 do p.add(Messages.of(s"$i", user = s"user $i", emotes = emotes), entry())
    assertEquals(sizes(p, WriteKind.MessagesByUser), Seq(2, 2, 1))

  test("a message twice in one poll is one row, and both its records wait for it"):
    val p = plan()
    val m = Messages.of("again")
    val (first, second) = (entry(2), entry(2))
    p.add(m, first)
    p.add(m, second)
    val writes = p.result(() => 1L)
    assertEquals(
      writes.filter(_.kind == WriteKind.Messages).map(w => tables.rowsOf(w.statement)),
      Seq(Seq("messages again"))
    )
    writes.filter(_.kind != WriteKind.ChannelNames).foreach(_.entries.foreach(_.writeDone(0)))
    assert(first.isDone && second.isDone)

  test("a message's record waits for each of its rows"):
    val p = plan()
    val m = Messages.of("one")
    val waits = entry(p.writesOf(m))
    p.add(m, waits)
    val writes = p.result(() => 1L)
    assertEquals(writes.map(_.kind).toSet.size, 3)
    writes.foreach: write =>
      assert(!waits.isDone)
      write.entries.foreach(_.writeDone(0))
    assert(waits.isDone)

  test("a channel's name is written when it is first seen or changed"):
    val names = ChannelNames()
    def written(name: String) =
      val p = plan(names = names)
      p.add(Messages.of("x", name = name), entry())
      sizes(p, WriteKind.ChannelNames).size
    assertEquals(List("old", "old", "new").map(written), List(1, 0, 1))
    assertEquals(tables.saidAt.takeRight(2).toList, List(1_000L, 1_000L), "when it was said")

  test("of several versions of a window only the last is written, windows share a request"):
    val p = plan()
    val entries = (1 to 3).map: version =>
      val waits = entry(1)
      p.add(Messages.window(start = 600_000, count = version), waits)
      waits
    p.add(Messages.window(start = 0, count = 9), entry(1))
    val writes = p.result(() => 1L)
    assertEquals(
      writes.map(w => tables.rowsOf(w.statement)),
      Seq(Seq("window 600000 count 3", "window 0 count 9"))
    )
    assert(entries.forall(!_.isDone))
    writes.head.entries.foreach(_.writeDone(0))
    assert(entries.forall(_.isDone))

/** Messages and windows that differ in what a test is about. */
object Messages:
  def of(
      text: String,
      channel: String = "a",
      name: String = "name",
      user: String = "u",
      emotes: List[String] = Nil
  ): ChatMessage =
    ChatMessage(
      channelId = channel,
      channelName = name,
      messageId = UUID.nameUUIDFromBytes(text.getBytes),
      userId = user,
      username = "U",
      text = text,
      timestamp = 1_000,
      emotes = emotes
    )

  def json(text: String, channel: String = "a"): Array[Byte] =
    (s"""{"channel_id":"$channel","message_id":"id-$text","user_id":"u","username":"U",""" +
      s""""message":"$text","timestamp":1000,"emotes":[]}""").getBytes

  def window(start: Long, count: Long): ChannelStats =
    ChannelStats("a", "name", count, start, start + 600_000, 600, 1, Nil, Nil, None, 0, 0)
