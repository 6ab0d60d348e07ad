package twitchstats.processor.count

import munit.FunSuite

class SendingPaceSpec extends FunSuite:
  private val start = 1_784_030_400_000L

  /** The milliseconds after which each round began, of ticks at these times. */
  private def rounds(pace: SendingPace, ticks: Seq[Long]): Seq[Long] =
    ticks.filter: at =>
      val before = pace.round
      pace.tick(start + at) > before

  test("a round comes once an interval while nothing holds the thread up"):
    assertEquals(rounds(SendingPace(50, 150), 50L to 600L by 50L), Seq(150L, 300L, 450L, 600L))

  test("tasks that tick at the same time share a round"):
    val pace = SendingPace(50, 150)
    val seen = for
      at <- 50L to 300L by 50L
      _ <- 1 to 3
    yield pace.tick(start + at)
    assertEquals(seen, Seq(0, 0, 1, 1, 1, 2).flatMap(Seq.fill(3)(_)).map(_.toLong))

  test("after a slow commit the thread has as long for its records"):
    val afterCommit = 1150L to 2300L by 50L
    assertEquals(rounds(SendingPace(50, 150), Seq(50L, 100L, 150L) ++ afterCommit), Seq(150L, 2100L, 2250L))

  test("a thread that was stopped for a minute keeps nobody waiting for another"):
    val afterStop = 60_150L to 63_000L by 50L
    assertEquals(rounds(SendingPace(50, 150), Seq(50L, 100L, 150L) ++ afterStop).take(2), Seq(150L, 62_100L))

  test("the tasks of a thread share what a round may read back"):
    val pace = SendingPace(50, 150)
    pace.noteReadBack(15_000)
    assert(pace.mayReadBack && pace.hasReadBack)
    pace.noteReadBack(15_000)
    assert(!pace.mayReadBack)
    for at <- 50L to 150L by 50L do pace.tick(start + at)
    assert(pace.mayReadBack && !pace.hasReadBack)
