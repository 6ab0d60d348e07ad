package twitchstats.processor.count

/** Looks through the windows, a slice at a time, and lets the old ones go.
  *
  * A window's counts expire `retentionMs` after its last update by the wall clock, so old chat
  * loaded today lives as long as live chat. The mark it leaves goes a week later: by then Kafka's
  * own retention has dropped what could be read again.
  */
final class Expiry(store: WindowStore, retentionMs: Long, slice: Int = 2_000):
  private var position = Option.empty[WindowKey]

  /** The windows that expired now. */
  def run(now: Long): List[WindowKey] =
    val page = store.metas(position, slice)
    position = Option.when(page.sizeIs == slice)(page.last._1)
    page.flatMap: (window, meta) =>
      val age = now - meta.updatedAt
      meta.phase match
        case phase if phase.isSent && age > retentionMs =>
          store.expire(window, now)
          Some(window)
        case WindowMeta.Phase.Expired if age > Expiry.MarkMs =>
          store.forget(window)
          None
        case _ => None

object Expiry:
  val MarkMs: Long = 7L * 24 * 60 * 60 * 1000
