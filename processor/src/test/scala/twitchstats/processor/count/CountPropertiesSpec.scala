package twitchstats.processor.count

import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.*
import twitchstats.processor.message.ChatMessage

class CountPropertiesSpec extends ScalaCheckSuite:
  private enum Step:
    case Send(message: ChatMessage)
    case Emit, Restart

  /** The messages shuffled, some of them again, with emissions and restarts in between. */
  private def history(messages: List[ChatMessage]): Gen[List[Step]] =
    for
      again <- if messages.isEmpty then Gen.const(Nil) else Gen.someOf(messages)
      order <- Gen.long
      steps <- Gen.sequence[List[List[Step]], List[Step]](
        scala.util
          .Random(order)
          .shuffle(messages ++ again)
          .map: message =>
            Gen
              .frequency(
                8 -> Gen.const(Nil),
                2 -> Gen.const(List(Step.Emit)),
                1 -> Gen.const(List(Step.Restart))
              )
              .map(Step.Send(message) :: _)
      )
    yield steps.flatten

  private def run(steps: List[Step], memoryBytes: Long): CountHarness =
    val harness = CountHarness(memoryBytes = memoryBytes)
    steps.foreach:
      case Step.Send(message) => harness.send(message)
      case Step.Emit => harness.emit()
      case Step.Restart => harness.restart()
    harness.emit()
    harness

  private val cases = Messages.distinct.flatMap(messages => history(messages).map((messages, _)))

  property("any order, duplication and restarts give the fold over distinct messages"):
    forAll(cases): (messages, steps) =>
      run(steps, memoryBytes = 1 << 20).latest == Messages.fold(messages)

  property("so do windows that are evicted and read back all the time"):
    forAll(cases): (messages, steps) =>
      run(steps, memoryBytes = 0).latest == Messages.fold(messages)

  property("channel-stats holds the newest window and never an older one"):
    forAll(cases): (messages, steps) =>
      val sent = run(steps, memoryBytes = 1 << 20).stats.toList.groupBy(_.channelId)
      val newest = Messages.fold(messages).values.toList.groupBy(_.channelId)
      sent.keySet == newest.keySet && sent.forall: (channel, updates) =>
        val starts = updates.map(_.windowStart)
        starts == starts.sorted &&
        updates.last.copy(updatedAt = 0) == newest(channel).maxBy(_.windowStart)
