package twitchstats.processor.archive

import com.datastax.oss.driver.api.core.ssl.{ProgrammaticSslEngineFactory, SslEngineFactory}
import twitchstats.processor.settings.{KeyStoreFile, TlsFiles}
import java.io.{ByteArrayInputStream, File}
import java.nio.charset.StandardCharsets.US_ASCII
import java.nio.file.{Files, Path}
import java.security.cert.{Certificate, CertificateFactory}
import java.security.spec.PKCS8EncodedKeySpec
import java.security.{KeyFactory, KeyStore, PrivateKey}
import java.util.Base64
import javax.net.ssl.{KeyManagerFactory, SSLContext, TrustManagerFactory}
import scala.jdk.CollectionConverters.*
import scala.util.Try

/** TLS for the Cassandra driver from the user's PEM files or key stores; without any, the JVM's own
  * trusted authorities.
  */
object TlsContext:
  def engineFactory(tls: TlsFiles): SslEngineFactory =
    ProgrammaticSslEngineFactory(context(tls), null, tls.verifyHostname)

  private def context(tls: TlsFiles): SSLContext =
    val trust = tls.ca.map(authorities).orElse(tls.trustStore.map(open))
    val identity = tls.pemPair
      .map((cert, key) => keyStore(certificates(cert), privateKey(key)))
      .map(_ -> Array.emptyCharArray)
      .orElse(tls.keyStore.map(store => open(store) -> password(store)))
    val context = SSLContext.getInstance("TLS")
    context.init(
      identity.map(keyManagers).orNull,
      trust.map(trustManagers).orNull,
      null
    )
    context

  private def authorities(pemPath: String): KeyStore =
    val store = emptyStore()
    certificates(Files.readString(Path.of(pemPath))).zipWithIndex.foreach: (certificate, i) =>
      store.setCertificateEntry(s"ca-$i", certificate)
    store

  private def keyStore(chain: List[Certificate], key: PrivateKey): KeyStore =
    val store = emptyStore()
    store.setKeyEntry("client", key, Array.emptyCharArray, chain.toArray)
    store

  private def open(file: KeyStoreFile): KeyStore =
    KeyStore.getInstance(File(file.path), password(file))

  private def password(file: KeyStoreFile): Array[Char] =
    file.password.fold(Array.emptyCharArray)(_.reveal.toCharArray)

  private def certificates(pem: String): List[Certificate] =
    CertificateFactory
      .getInstance("X.509")
      .generateCertificates(ByteArrayInputStream(pem.getBytes(US_ASCII)))
      .asScala
      .toList

  /** PKCS#8 PEM ("BEGIN PRIVATE KEY"), RSA or EC. */
  private def privateKey(pem: String): PrivateKey =
    val base64 = pem.linesIterator.filterNot(_.startsWith("-----")).mkString
    val spec = PKCS8EncodedKeySpec(Base64.getMimeDecoder.decode(base64))
    List("RSA", "EC")
      .flatMap(algorithm => Try(KeyFactory.getInstance(algorithm).generatePrivate(spec)).toOption)
      .headOption
      .getOrElse(throw IllegalArgumentException("the key is not an RSA or EC key in PKCS#8 PEM"))

  private def emptyStore(): KeyStore =
    val store = KeyStore.getInstance("PKCS12")
    store.load(null, null)
    store

  private def keyManagers(store: KeyStore, password: Array[Char]) =
    val factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm)
    factory.init(store, password)
    factory.getKeyManagers

  private def trustManagers(store: KeyStore) =
    val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm)
    factory.init(store)
    factory.getTrustManagers
