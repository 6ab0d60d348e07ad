package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.CqlSession
import com.datastax.oss.driver.api.core.cql.{
  BatchStatement,
  BatchableStatement,
  BoundStatement,
  DefaultBatchType,
  PreparedStatement,
  Statement
}
import com.datastax.oss.driver.api.core.data.UdtValue
import com.datastax.oss.driver.api.core.`type`.codec.TypeCodecs
import com.datastax.oss.driver.api.core.`type`.{ListType, UserDefinedType}
import twitchstats.processor.count.ChannelStats
import twitchstats.processor.message.ChatMessage
import twitchstats.processor.settings.CassandraSettings
import java.nio.ByteBuffer
import scala.jdk.CollectionConverters.*

/** The statements that write the tables of `cql/`: a row each, and batches of them. */
trait Tables:
  def message(m: ChatMessage): MessageRows
  /** @param saidAtMs
    *   when it was the channel's name: what was said later wins, in whatever order they are written
    */
  def channelName(name: String, channelId: String, saidAtMs: Long): BoundStatement

  /** Fixed here and now, the write time keeps a slow older version below a newer one, retries and
    * all.
    */
  def window(s: ChannelStats, writeTimeMicros: Long): BoundStatement

  /** One request for all the rows. */
  def batch(rows: Seq[BoundStatement]): Statement[?]

/** One message, in the table of its channel's messages and in that of its user's. */
final case class MessageRows(byChannel: BoundStatement, byUser: BoundStatement)

/** [[Tables]] prepared on a session. Needs the tables to exist.
  *
  * No message statement sets a write time. Cassandra's list overwrite puts its tombstone one
  * microsecond below the write: the same row written twice at one time would hold every emote twice
  * (DESIGN §4). The lists of a window are frozen, so the trap does not lie there.
  */
final class PreparedTables(session: CqlSession, settings: CassandraSettings) extends Tables:
  private val keyspace = settings.keyspace
  private val message = prepare(
    s"INSERT INTO $keyspace.${settings.table} " +
      "(channel_id, timestamp, message_id, user_id, username, message, emotes) " +
      "VALUES (?, ?, ?, ?, ?, ?, ?)"
  )
  private val byUser = prepare(
    s"INSERT INTO $keyspace.messages_by_user " +
      "(channel_id, user_id, timestamp, message_id, username, message, emotes) " +
      "VALUES (?, ?, ?, ?, ?, ?, ?)"
  )
  private val name = prepare(
    s"INSERT INTO $keyspace.channels_by_name (channel_name, channel_id, updated_at) " +
      "VALUES (?, ?, ?) USING TIMESTAMP ?"
  )
  private val window = prepare(
    s"INSERT INTO $keyspace.channel_window_stats (channel_id, window_start, window_end, " +
      "window_duration_seconds, channel_name, message_count, unique_chatters, top_emotes, " +
      "top_chatters, coverage, last_message_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
  )
  private val version = session.getContext.getProtocolVersion
  private val listCodec = TypeCodecs.listOf(TypeCodecs.TEXT)
  private val emoteCount = elementType(7)
  private val chatterCount = elementType(8)

  /** Encoded once, since both rows hold the same values. */
  def message(m: ChatMessage): MessageRows =
    val (channelId, userId) = (text(m.channelId), text(m.userId))
    val timestamp = TypeCodecs.BIGINT.encode(m.timestamp, version)
    val id = TypeCodecs.UUID.encode(m.messageId, version)
    val (username, said) = (text(m.username), text(m.text))
    val emotes = if m.emotes.isEmpty then null else listCodec.encode(m.emotes.asJava, version)
    MessageRows(
      bind(message, emotes, channelId, timestamp, id, userId, username, said),
      bind(byUser, emotes, channelId, userId, timestamp, id, username, said)
    )

  private def text(value: String): ByteBuffer = TypeCodecs.TEXT.encode(value, version)

  /** The list is the last column. An empty one stays unset: null would write a tombstone for every
    * message without emotes.
    */
  private def bind(
      into: PreparedStatement,
      emotes: ByteBuffer | Null,
      values: ByteBuffer*
  ): BoundStatement =
    val row = into.boundStatementBuilder()
    var at = 0
    values.foreach: value =>
      row.setBytesUnsafe(at, value)
      at += 1
    if emotes != null then row.setBytesUnsafe(at, emotes)
    row.build()

  def channelName(name: String, channelId: String, saidAtMs: Long): BoundStatement =
    this.name.bind(name, channelId, saidAtMs, saidAtMs * 1000)

  def window(s: ChannelStats, writeTimeMicros: Long): BoundStatement =
    val emotes = s.topEmotes.map: e =>
      emoteCount.newValue().setString("emote", e.emote).setLong("count", e.count)
    val chatters = s.topChatters.map: c =>
      chatterCount
        .newValue()
        .setString("user_id", c.userId)
        .setString("username", c.username)
        .setLong("count", c.count)
    val row = window
      .boundStatementBuilder()
      .setString(0, s.channelId)
      .setLong(1, s.windowStart)
      .setLong(2, s.windowEnd)
      .setInt(3, s.windowDurationSeconds)
      .setString(4, s.channelName)
      .setLong(5, s.messageCount)
      .setLong(6, s.uniqueChatters)
      .setList(7, emotes.asJava, classOf[UdtValue])
      .setList(8, chatters.asJava, classOf[UdtValue])
      .setLong(10, s.lastMessageAt)
      .setLong(11, s.updatedAt)
    s.coverage.foreach(part => row.setDouble(9, part): Unit)
    row.setQueryTimestamp(writeTimeMicros).build()

  /** Unlogged: rows of one partition are one mutation anyway, and rows of several are repeated
    * until they are there. A batch has one write time, the latest of its rows'.
    */
  def batch(rows: Seq[BoundStatement]): Statement[?] =
    if rows.sizeIs == 1 then rows.head
    else
      val statements = rows.map(row => row: BatchableStatement[?]).asJava
      BatchStatement
        .newInstance(DefaultBatchType.UNLOGGED)
        .addAll(statements)
        .setRoutingKey(rows.head.getRoutingKey)
        .setRoutingKeyspace(rows.head.getRoutingKeyspace)
        .setQueryTimestamp(rows.iterator.map(_.getQueryTimestamp).max)

  private def prepare(cql: String): PreparedStatement = session.prepare(cql)

  /** The type as this cluster has it, from what it said when it prepared the statement. */
  private def elementType(variable: Int): UserDefinedType =
    window.getVariableDefinitions.get(variable).getType match
      case list: ListType =>
        list.getElementType match
          case udt: UserDefinedType => udt
          case other => throw IllegalStateException(s"expected a user-defined type, not $other")
      case other => throw IllegalStateException(s"expected a list, not $other")
