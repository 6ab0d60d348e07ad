package twitchstats.processor.settings

import org.apache.kafka.clients.CommonClientConfigs
import org.apache.kafka.clients.consumer.ConsumerConfig
import org.apache.kafka.common.config.{SaslConfigs, SslConfigs}
import java.util
import scala.jdk.CollectionConverters.*

/** @param bootstrapServers
  *   `KAFKA_BOOTSTRAP_SERVERS` = localhost:9092
  * @param applicationId
  *   `KAFKA_APPLICATION_ID` = stream-processor
  * @param groupInstanceId
  *   `GROUP_INSTANCE_ID`: static membership (KIP-345), off by default
  * @param sessionTimeoutMs
  *   `SESSION_TIMEOUT_MS` = 6000: how long a killed member stalls its partitions. Kafka's own
  *   default is 45 s; brokers refuse less than `group.min.session.timeout.ms` (6000).
  * @param security
  *   `KAFKA_SECURITY_PROTOCOL` = PLAINTEXT, `KAFKA_SASL_MECHANISM`, `KAFKA_SASL_USERNAME`,
  *   `KAFKA_SASL_PASSWORD`, `KAFKA_TLS_CA` / `_CERT` / `_KEY` (PEM files), `KAFKA_TLS_TRUSTSTORE` /
  *   `_TRUSTSTORE_PASSWORD` / `_KEYSTORE` / `_KEYSTORE_PASSWORD` (PKCS12 or JKS),
  *   `KAFKA_TLS_VERIFY_HOSTNAME` = true: as client properties
  */
final case class KafkaSettings(
    bootstrapServers: String,
    applicationId: String,
    groupInstanceId: Option[String],
    sessionTimeoutMs: Int,
    security: ClientSecurity
):
  /** Properties every client of the cluster needs. */
  def clientProperties: Map[String, String] =
    Map(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG -> bootstrapServers) ++ security.properties

  /** Those and a client's own, as its constructor takes them. */
  def propertiesWith(own: Map[String, Any]): util.Map[String, Object] =
    (clientProperties ++ own).map((key, value) => key -> value.asInstanceOf[Object]).asJava

/** Client properties that hold secrets, and so print as their names alone. */
final case class ClientSecurity(properties: Map[String, String]):
  override def toString: String =
    properties.keys.toList.sorted.mkString("ClientSecurity(", ",", ")")

object KafkaSettings:
  /** What a broker gathers at most before it answers a lingering fetch, and what it takes of one
    * partition. The second must be more: with less, a backlog in one partition would wait at each
    * fetch for records of others.
    */
  private val GatheredBytes = 4 * 1024 * 1024
  private val PartitionBytes = 2 * GatheredBytes

  /** A consumer whose polls bring what came within `lingerMs` at once; 0 takes what is there. */
  def lingering(lingerMs: Int): Map[String, Int] =
    if lingerMs == 0 then Map.empty
    else
      Map(
        ConsumerConfig.FETCH_MIN_BYTES_CONFIG -> GatheredBytes,
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG -> PartitionBytes,
        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG -> lingerMs
      )

  def read(in: EnvReader): KafkaSettings =
    KafkaSettings(
      bootstrapServers = in.hosts("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", 9092).mkString(","),
      applicationId = in.name("KAFKA_APPLICATION_ID", "stream-processor"),
      groupInstanceId = in.optional("GROUP_INSTANCE_ID").map(_ => in.name("GROUP_INSTANCE_ID", "")),
      sessionTimeoutMs = in.int("SESSION_TIMEOUT_MS", 6000, 1000 to 300_000),
      security = security(in)
    )

  private def security(in: EnvReader): ClientSecurity =
    val protocols = List("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
    val protocol =
      in.oneOf("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT", protocols.map(p => p -> p).toMap)
    val sasl = if protocol.startsWith("SASL") then saslProperties(in) else Map.empty
    val tls = if protocol.endsWith("SSL") then tlsProperties(in) else Map.empty
    ClientSecurity(Map(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG -> protocol) ++ sasl ++ tls)

  private def saslProperties(in: EnvReader): Map[String, String] =
    val mechanisms = List("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
    val mechanism = in.oneOf("KAFKA_SASL_MECHANISM", "PLAIN", mechanisms.map(m => m -> m).toMap)
    val user = in.optional("KAFKA_SASL_USERNAME")
    val password = in.secret("KAFKA_SASL_PASSWORD")
    if user.isEmpty then in.complain("KAFKA_SASL_USERNAME is needed by KAFKA_SECURITY_PROTOCOL")
    if password.isEmpty then in.complain("KAFKA_SASL_PASSWORD is needed by KAFKA_SECURITY_PROTOCOL")
    val module =
      if mechanism == "PLAIN" then "org.apache.kafka.common.security.plain.PlainLoginModule"
      else "org.apache.kafka.common.security.scram.ScramLoginModule"
    val login = s"$module required username=${quoted(user.getOrElse(""))} " +
      s"password=${quoted(password.fold("")(_.reveal))};"
    Map(SaslConfigs.SASL_MECHANISM -> mechanism, SaslConfigs.SASL_JAAS_CONFIG -> login)

  /** JAAS reads quoted strings with backslash escapes, so a password may hold anything. */
  private def quoted(text: String): String =
    "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\""

  private def tlsProperties(in: EnvReader): Map[String, String] =
    val files = TlsFiles.read(in, "KAFKA_TLS")
    val trust = files.trustStore.toList.flatMap: store =>
      List(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG -> store.path) ++
        store.password.map(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG -> _.reveal)
    val key = files.keyStore.toList.flatMap: store =>
      List(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG -> store.path) ++
        store.password.map(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG -> _.reveal)
    val pem = files.ca.toList.flatMap: ca =>
      List(
        SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG -> "PEM",
        SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG -> ca
      )
    val client = files.pemPair.toList.flatMap: (cert, privateKey) =>
      List(
        SslConfigs.SSL_KEYSTORE_TYPE_CONFIG -> "PEM",
        SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG -> cert,
        SslConfigs.SSL_KEYSTORE_KEY_CONFIG -> privateKey
      )
    val verify =
      if files.verifyHostname then Nil
      else List(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG -> "")
    (trust ++ key ++ pem ++ client ++ verify).toMap
