package twitchstats.processor.settings

import com.datastax.oss.driver.api.core.{ConsistencyLevel, DefaultConsistencyLevel}

/** @param hosts
  *   `CASSANDRA_HOSTS` = localhost:9042, a comma list
  * @param keyspace
  *   `CASSANDRA_KEYSPACE` = twitch_chat
  * @param table
  *   `CASSANDRA_TABLE` = raw_chat_messages
  * @param datacenter
  *   `CASSANDRA_DATACENTER` = datacenter1
  * @param consistency
  *   `CASSANDRA_CONSISTENCY` = LOCAL_ONE, of every write
  * @param username
  *   `CASSANDRA_USERNAME`, with `CASSANDRA_PASSWORD`
  * @param tls
  *   `CASSANDRA_TLS` = false; `CASSANDRA_TLS_CA`, `_CERT`, `_KEY`, `_TRUSTSTORE`, `_KEYSTORE` …
  */
final case class CassandraSettings(
    hosts: List[HostPort],
    keyspace: String,
    table: String,
    datacenter: String,
    consistency: ConsistencyLevel,
    username: Option[String],
    password: Option[Secret],
    tls: Option[TlsFiles]
)

object CassandraSettings:
  private val identifier = "[A-Za-z][A-Za-z0-9_]{0,47}"

  def read(in: EnvReader): CassandraSettings =
    val levels = DefaultConsistencyLevel.values.filterNot(_.isSerial)
    val username = in.optional("CASSANDRA_USERNAME")
    val password = in.secret("CASSANDRA_PASSWORD")
    if username.isDefined != password.isDefined then
      in.complain("CASSANDRA_USERNAME and CASSANDRA_PASSWORD belong together")
    val tls = in.boolean("CASSANDRA_TLS", false)
    CassandraSettings(
      hosts = in.hosts("CASSANDRA_HOSTS", "localhost:9042", 9042),
      keyspace = in.name("CASSANDRA_KEYSPACE", "twitch_chat", identifier),
      table = in.name("CASSANDRA_TABLE", "raw_chat_messages", identifier),
      datacenter = in.string("CASSANDRA_DATACENTER", "datacenter1"),
      consistency = in.oneOf(
        "CASSANDRA_CONSISTENCY",
        DefaultConsistencyLevel.LOCAL_ONE,
        levels.map(level => level.name -> level).toMap
      ),
      username,
      password,
      Option.when(tls)(TlsFiles.read(in, "CASSANDRA_TLS"))
    )
