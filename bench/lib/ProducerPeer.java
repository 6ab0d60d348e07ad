import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What Kafka's own ProducerPerformance does (its jar is no part of the server's class path): one thread, asynchronous
 * sends, all settings at their defaults but acks=all. Sends each line of a file, tab between key and value, as many times
 * as it is told (default once), and prints the seconds to the last acknowledgement from the first send, or from the one
 * behind so many that are not measured.
 */
public final class ProducerPeer {
  public static void main(String[] args) throws Exception {
    String brokers = args[0];
    String topic = args[1];
    int times = args.length > 3 ? Integer.parseInt(args[3]) : 1;
    int ahead = args.length > 4 ? Integer.parseInt(args[4]) : 0;
    List<String> lines = Files.readAllLines(Path.of(args[2]));
    byte[][] keys = new byte[lines.size()][];
    byte[][] values = new byte[lines.size()][];
    for (int i = 0; i < keys.length; i++) {
      int tab = lines.get(i).indexOf('\t');
      keys[i] = lines.get(i).substring(0, tab).getBytes(StandardCharsets.UTF_8);
      values[i] = lines.get(i).substring(tab + 1).getBytes(StandardCharsets.UTF_8);
    }
    Properties settings = new Properties();
    settings.put("bootstrap.servers", brokers);
    settings.put("acks", "all");
    try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.partitionsFor(topic);
      long startedAt = System.nanoTime();
      for (int sent = 0; sent < times * keys.length; sent++) {
        if (sent == ahead) startedAt = System.nanoTime();
        int i = sent % keys.length;
        producer.send(new ProducerRecord<>(topic, keys[i], values[i]));
      }
      producer.flush();
      System.out.println((System.nanoTime() - startedAt) / 1e9);
    }
  }
}
