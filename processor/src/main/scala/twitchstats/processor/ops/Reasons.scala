package twitchstats.processor.ops

import com.datastax.oss.driver.api.core.AllNodesFailedException
import com.datastax.oss.driver.api.core.auth.AuthenticationException as CassandraLoginException
import org.apache.kafka.common.errors.{AuthenticationException, AuthorizationException}
import twitchstats.processor.count.UnfitState
import java.nio.channels.ClosedChannelException
import java.util.Objects
import javax.net.ssl.SSLException
import scala.jdk.CollectionConverters.*

/** Failures in the words of whoever has to mend them: the cause that says something, in one line.
  */
object Reasons:
  /** What the innermost cause says. */
  def of(failure: Throwable): String =
    rootOf(failure) match
      // What the driver has of a refused connection, without a word.
      case _: ClosedChannelException => "no connection"
      case root => Option(root.getMessage).filter(_.nonEmpty).getOrElse(root.getClass.getSimpleName)

  /** The innermost cause. */
  def rootOf(failure: Throwable): Throwable = causes(failure).last

  /** True for what trying again does not mend: a wrong password, an untrusted certificate, a right
    * that was not given, a state of other settings.
    */
  def isRefusal(failure: Throwable): Boolean = causes(failure).exists:
    case _: AuthenticationException | _: AuthorizationException => true
    case _: CassandraLoginException | _: SSLException => true
    case _: UnfitState => true
    case _ => false

  private def causes(failure: Throwable): List[Throwable] =
    // A cause may be its own, by mistake.
    Iterator.iterate(failure)(next).takeWhile(Objects.nonNull).take(20).toList

  private def next(failure: Throwable): Throwable = failure match
    case all: AllNodesFailedException =>
      all.getAllErrors.asScala.values.flatMap(_.asScala).headOption.orNull
    case one => one.getCause
