package twitchstats.processor.settings

import java.nio.file.{Files, Path}
import scala.util.Try

/** The key material of one server, as files the user named: PEM, or Java key stores.
  *
  * `PREFIX_CA`, `PREFIX_CERT`, `PREFIX_KEY` are PEM files, the last two together;
  * `PREFIX_TRUSTSTORE` and `PREFIX_KEYSTORE` with `…_PASSWORD` are PKCS12 or JKS.
  * `PREFIX_VERIFY_HOSTNAME` = true.
  */
final case class TlsFiles(
    ca: Option[String],
    pemPair: Option[(String, String)],
    trustStore: Option[KeyStoreFile],
    keyStore: Option[KeyStoreFile],
    verifyHostname: Boolean
):
  override def toString: String = s"TlsFiles(ca=$ca,trustStore=$trustStore,keyStore=$keyStore)"

final case class KeyStoreFile(path: String, password: Option[Secret])

object TlsFiles:
  def read(in: EnvReader, prefix: String): TlsFiles =
    val ca = file(in, s"${prefix}_CA")
    val cert = file(in, s"${prefix}_CERT").flatMap(text(in, s"${prefix}_CERT", _))
    val key = file(in, s"${prefix}_KEY").flatMap(text(in, s"${prefix}_KEY", _))
    if in.optional(s"${prefix}_CERT").isDefined != in.optional(s"${prefix}_KEY").isDefined then
      in.complain(s"${prefix}_CERT and ${prefix}_KEY belong together")
    val trustStore = store(in, s"${prefix}_TRUSTSTORE")
    if ca.isDefined && trustStore.isDefined then
      in.complain(s"give either ${prefix}_CA or ${prefix}_TRUSTSTORE, not both")
    TlsFiles(
      ca,
      cert.zip(key),
      trustStore,
      store(in, s"${prefix}_KEYSTORE"),
      in.boolean(s"${prefix}_VERIFY_HOSTNAME", true)
    )

  private def store(in: EnvReader, key: String): Option[KeyStoreFile] =
    file(in, key).map(KeyStoreFile(_, in.secret(s"${key}_PASSWORD")))

  private def file(in: EnvReader, key: String): Option[String] =
    in.optional(key)
      .filter: path =>
        val readable = Try(Files.isReadable(Path.of(path))).getOrElse(false)
        if !readable then in.complain(s"$key names a file that cannot be read: $path")
        readable

  private def text(in: EnvReader, key: String, path: String): Option[String] =
    val content = Try(Files.readString(Path.of(path))).toOption
    if content.isEmpty then in.complain(s"$key is not a PEM text file: $path")
    content
