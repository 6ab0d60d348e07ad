import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.LoggerFactory;

/**
 * What one writes first: each row an insert of its own, prepared, from the same driver with the same consistency level.
 * The rows of a file (key, tab, JSON) go to both message tables, parsed and bound before the clock starts. Arguments:
 * host:port, datacentre, keyspace, file, rows in flight (1 awaits each insert), most messages. Prints
 * "seconds S", "cpu S" (of this JVM since it began), "rows N".
 */
public final class InsertPeer {
  public static void main(String[] args) throws Exception {
    // Without settings Logback prints all that the driver does, which takes half of the time.
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    String[] address = args[0].split(":");
    int inFlight = Integer.parseInt(args[4]);
    var options =
        DriverConfigLoader.programmaticBuilder()
            .withString(DefaultDriverOption.REQUEST_CONSISTENCY, DefaultConsistencyLevel.LOCAL_ONE.name())
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofSeconds(6))
            .build();
    try (CqlSession session =
        CqlSession.builder()
            .addContactPoint(new InetSocketAddress(address[0], Integer.parseInt(address[1])))
            .withLocalDatacenter(args[1])
            .withConfigLoader(options)
            .build()) {
      List<BoundStatement> rows = rows(session, args[2], Path.of(args[3]), Integer.parseInt(args[5]));
      var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long startedAt = System.nanoTime();
      insert(session, rows, inFlight);
      System.out.println("seconds " + (System.nanoTime() - startedAt) / 1e9);
      System.out.println("cpu " + system.getProcessCpuTime() / 1e9);
      System.out.println("rows " + rows.size());
    }
  }

  private static void insert(CqlSession session, List<BoundStatement> rows, int inFlight) throws Exception {
    if (inFlight == 1) {
      for (BoundStatement row : rows) session.execute(row);
      return;
    }
    var room = new Semaphore(inFlight);
    var failure = new AtomicReference<Throwable>();
    for (BoundStatement row : rows) {
      room.acquire();
      session
          .executeAsync(row)
          .whenComplete(
              (done, failed) -> {
                if (failed != null) failure.set(failed);
                room.release();
              });
    }
    room.acquire(inFlight);
    if (failure.get() != null) throw new IllegalStateException(failure.get());
  }

  private static List<BoundStatement> rows(CqlSession session, String keyspace, Path file, int most)
      throws Exception {
    PreparedStatement message =
        session.prepare(
            "INSERT INTO " + keyspace + ".raw_chat_messages (channel_id, timestamp, message_id, user_id,"
                + " username, message, emotes) VALUES (?, ?, ?, ?, ?, ?, ?)");
    PreparedStatement byUser =
        session.prepare(
            "INSERT INTO " + keyspace + ".messages_by_user (channel_id, timestamp, message_id, user_id,"
                + " username, message, emotes) VALUES (?, ?, ?, ?, ?, ?, ?)");
    var json = new ObjectMapper();
    List<BoundStatement> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      if (rows.size() >= 2 * most) break;
      JsonNode chat = json.readTree(line.substring(line.indexOf('\t') + 1));
      rows.add(bind(message, chat));
      rows.add(bind(byUser, chat));
    }
    return rows;
  }

  private static BoundStatement bind(PreparedStatement statement, JsonNode chat) {
    List<String> emotes = new ArrayList<>();
    chat.get("emotes").forEach(emote -> emotes.add(emote.asText()));
    BoundStatement row =
        statement
            .bind()
            .setString(0, chat.get("channel_id").asText())
            .setLong(1, chat.get("timestamp").asLong())
            .setUuid(2, UUID.fromString(chat.get("message_id").asText()))
            .setString(3, chat.get("user_id").asText())
            .setString(4, chat.get("username").asText())
            .setString(5, chat.get("message").asText());
    // As the archiver does: an empty list stays unset.
    return emotes.isEmpty() ? row : row.setList(6, emotes, String.class);
  }
}
