package twitchstats.processor.archive

import munit.FunSuite

class CongestionSpec extends FunSuite:
  private var now = 0L
  private def congestion() = Congestion(max = 128, nanoTime = () => now)

  test("halves once for all that fail together, never below its floor"):
    val it = congestion()
    for _ <- 1 to 50 do it.failed()
    assertEquals(it.limit, 64)
    for _ <- 1 to 20 do
      now += 1_000_000_000L
      it.failed()
    assertEquals(it.limit, 4)

  test("grows back by one a round, never above its ceiling"):
    val it = congestion()
    it.failed()
    for _ <- 1 to 66 do it.succeeded()
    assertEquals(it.limit, 65)
    for _ <- 1 to 100_000 do it.succeeded()
    assertEquals(it.limit, 128)
