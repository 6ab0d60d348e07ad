package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.cql.{BatchStatement, BoundStatement, Statement}
import twitchstats.processor.count.ChannelStats
import twitchstats.processor.message.ChatMessage
import java.lang.reflect.Proxy
import java.nio.ByteBuffer
import java.nio.charset.StandardCharsets.UTF_8
import java.util
import scala.collection.mutable
import scala.reflect.ClassTag

/** Statements that no server prepared: each knows the rows it stands for, and how large they are.
  */
final class FakeTables extends Tables:
  /** Of each name that was written, milliseconds. */
  val saidAt = mutable.ArrayBuffer.empty[Long]
  private val rows = util.IdentityHashMap[Statement[?], Seq[String]]()

  /** "messages 7", "by_user 7" (by the text of the message), "name a", "window 1 count 5 by u1";
    * none for a sign of life.
    */
  def rowsOf(statement: Statement[?]): Seq[String] = rows.getOrDefault(statement, Nil)

  def message(m: ChatMessage): MessageRows =
    val name = m.text.take(20)
    MessageRows(row(s"messages $name", m.text.length), row(s"by_user $name", m.text.length))
  def channelName(name: String, channelId: String, saidAtMs: Long): BoundStatement =
    saidAt += saidAtMs
    row(s"name $name", name.length)
  def window(s: ChannelStats, writeTimeMicros: Long): BoundStatement =
    val chatters = s.topChatters.map(c => s" by ${c.userId}").mkString
    row(s"window ${s.windowStart} count ${s.messageCount}$chatters", 10)

  def batch(statements: Seq[BoundStatement]): Statement[?] =
    val all = stub[BatchStatement](Map.empty)
    rows.put(all, statements.flatMap(rowsOf))
    all

  private def row(name: String, bytes: Int): BoundStatement =
    val values = util.List.of(ByteBuffer.wrap(name.getBytes(UTF_8)), ByteBuffer.allocate(bytes))
    val statement = stub[BoundStatement](Map("getValues" -> values))
    rows.put(statement, Seq(name))
    statement

  private def stub[A](answers: Map[String, AnyRef])(using wanted: ClassTag[A]): A =
    val made = Proxy.newProxyInstance(
      getClass.getClassLoader,
      Array(wanted.runtimeClass),
      (_, method, _) =>
        answers.getOrElse(method.getName, throw UnsupportedOperationException(method.getName))
    )
    wanted.unapply(made).get

/** A Cassandra that answers when it is told to, and remembers what it was sent. */
final class FakeCassandra(tables: FakeTables):
  import java.util.concurrent.{CompletableFuture, CompletionStage}

  /** Rows of each request, in the order they came, repeated ones too. */
  val requests = mutable.ArrayBuffer.empty[Seq[String]]
  val rows = mutable.Set.empty[String]
  private val held = mutable.LinkedHashMap.empty[Seq[String], CompletableFuture[String]]
  private var failure = Option.empty[Throwable]
  private var failing: Seq[String] => Boolean = _ => true
  private var holds: Seq[String] => Boolean = _ => false
  private var most = 0

  /** The most requests that were unanswered at one time. */
  def mostHeld: Int = synchronized(most)

  def hold(which: Seq[String] => Boolean): Unit = synchronized:
    holds = which

  /** Fails whatever comes, or those requests that match, until None. */
  def fail(why: Option[Throwable], which: Seq[String] => Boolean = _ => true): Unit = synchronized:
    failure = why
    failing = which

  /** Answers what is held, all or those requests that match. */
  def release(which: Seq[String] => Boolean = _ => true): Unit =
    val answered = synchronized:
      val now = held.filter((request, _) => which(request)).toList
      now.foreach((request, _) => held.remove(request))
      now
    answered.foreach: (request, answer) =>
      synchronized(rows ++= request)
      answer.complete(""): Unit

  def execute(statement: Statement[?]): CompletionStage[String] = synchronized:
    val request = tables.rowsOf(statement)
    requests += request
    failure.filter(_ => failing(request)) match
      case Some(why) => CompletableFuture.failedFuture(why)
      case None if request.nonEmpty && holds(request) =>
        val answer = CompletableFuture[String]()
        held(request) = answer
        most = Math.max(most, held.size)
        answer
      case None =>
        rows ++= request
        CompletableFuture.completedFuture("")
