package twitchstats.processor.settings

import scala.collection.mutable.ListBuffer

/** Reads environment values and collects every complaint, so that one start shows them all.
  *
  * An unset or blank value means the default. A complaint never repeats the value of a secret.
  */
final class EnvReader(env: Map[String, String]):
  private val problems = ListBuffer.empty[String]

  /** What is wrong so far, one line each, in the order the values were read. */
  def errors: List[String] = problems.toList

  def complain(problem: String): Unit = problems += problem

  def optional(name: String): Option[String] = env.get(name).map(_.trim).filter(_.nonEmpty)

  def string(name: String, default: String): String = optional(name).getOrElse(default)

  /** A topic, group, keyspace or table name: the characters both servers allow. */
  def name(key: String, default: String, pattern: String = "[A-Za-z0-9._-]{1,200}"): String =
    checked(key, default)(s"must match $pattern")(v => Option.when(v.matches(pattern))(v))

  def int(key: String, default: Int, range: Range): Int =
    long(key, default, range.start, range.last).toInt

  def long(key: String, default: Long, min: Long, max: Long): Long =
    optional(key).fold(default): value =>
      value.toLongOption
        .filter(n => n >= min && n <= max)
        .getOrElse:
          complain(s"$key must be a whole number from $min to $max, not \"$value\"")
          default

  def boolean(key: String, default: Boolean): Boolean =
    checked(key, default)("must be true or false"):
      case "true" | "1" => Some(true)
      case "false" | "0" => Some(false)
      case _ => None

  def oneOf[A](key: String, default: A, choices: Map[String, A]): A =
    checked(key, default)(s"must be one of ${choices.keys.toList.sorted.mkString(", ")}"): value =>
      choices.collectFirst { case (choice, a) if choice.equalsIgnoreCase(value) => a }

  /** A comma list of `host:port`; a host alone gets `defaultPort`, IPv6 is written `[::1]:9042`. */
  def hosts(key: String, default: String, defaultPort: Int): List[HostPort] =
    val parts = string(key, default).split(',').map(_.trim).filter(_.nonEmpty).toList
    val parsed = parts.map(part => part -> HostPort.parse(part, defaultPort))
    parsed.collect { case (part, None) => complain(s"$key has \"$part\", which is not host:port") }
    if parts.isEmpty then complain(s"$key must name at least one host:port")
    parsed.flatMap(_._2)

  /** A secret's value; both an inline value and none are fine. */
  def secret(key: String): Option[Secret] = optional(key).map(Secret(_))

  private def checked[A](key: String, default: A)(rule: String)(parse: String => Option[A]): A =
    optional(key).fold(default): value =>
      parse(value).getOrElse:
        complain(s"$key $rule, not \"$value\"")
        default

final case class HostPort(host: String, port: Int):
  override def toString: String = if host.contains(':') then s"[$host]:$port" else s"$host:$port"

object HostPort:
  private val pattern = """(?:\[([0-9A-Fa-f:.%]+)\]|([^\[\]:\s]+))(?::(\d{1,5}))?""".r

  def parse(text: String, defaultPort: Int): Option[HostPort] = text match
    case pattern(v6, host, port) =>
      val number = Option(port).fold(defaultPort)(_.toInt)
      Option.when(number >= 1 && number <= 65535)(HostPort(Option(v6).getOrElse(host), number))
    case _ => None

/** A value that does not show itself: not in logs, not in errors, not in a `Settings.toString`. */
final class Secret(private val value: String):
  def reveal: String = value
  override def toString: String = "***"
  override def equals(other: Any): Boolean = other match
    case that: Secret => that.value == value
    case _ => false
  override def hashCode: Int = value.hashCode
