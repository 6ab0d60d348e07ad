package twitchstats.processor.ops

import com.datastax.oss.driver.api.core.AllNodesFailedException
import com.datastax.oss.driver.api.core.metadata.Node
import munit.FunSuite
import org.apache.kafka.common.KafkaException
import org.apache.kafka.common.config.ConfigException
import org.apache.kafka.common.errors.{
  GroupAuthorizationException,
  SaslAuthenticationException,
  TimeoutException
}
import org.apache.kafka.streams.errors.StreamsException
import java.lang.reflect.Proxy
import java.util
import javax.net.ssl.SSLHandshakeException

class ReasonsSpec extends FunSuite:
  test("the innermost cause is the reason"):
    val cause = ConfigException("No resolvable bootstrap urls given in bootstrap.servers")
    val failure = KafkaException("Failed to create new KafkaAdminClient", cause)
    assertEquals(Reasons.of(failure), cause.getMessage)

  test("of nodes that failed, the reason is what one of them said"):
    val why = IllegalStateException("bad certificate")
    assertEquals(Reasons.of(noNode(RuntimeException("connect", why))), "bad certificate")

  test("a failure without words is called by its name"):
    assertEquals(Reasons.of(NullPointerException()), "NullPointerException")

  test("a failure that is its own cause comes to an end"):
    val (one, two) = (RuntimeException("one"), RuntimeException("two"))
    one.initCause(two)
    two.initCause(one)
    assert(Set("one", "two").contains(Reasons.of(one)))

  test("a wrong password and a right not given are refusals, a silence is none"):
    assert(Reasons.isRefusal(SaslAuthenticationException("Authentication failed")))
    assert(Reasons.isRefusal(StreamsException(GroupAuthorizationException("count"))))
    assert(Reasons.isRefusal(noNode(SSLHandshakeException("untrusted"))))
    assert(!Reasons.isRefusal(StreamsException(TimeoutException("no answer"))))

  private def noNode(why: Throwable): AllNodesFailedException =
    AllNodesFailedException.fromErrors(util.List.of(util.Map.entry(node, why)))

  private val node: Node =
    val made = Proxy.newProxyInstance(
      getClass.getClassLoader,
      Array(classOf[Node]),
      (_, method, _) => if method.getName == "hashCode" then Integer.valueOf(1) else "a node"
    )
    made match
      case node: Node => node
