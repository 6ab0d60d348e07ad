package twitchstats.launcher;

import coursierapi.Dependency;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The class paths that can be resolved, and the artefacts each starts from. */
final class ClassPaths {
  static final List<String> NAMES = List.of("kafka", "cassandra", "processor");
  static final String PROCESSOR_LIST = "/META-INF/twitchstats/dependencies.txt";

  private ClassPaths() {}

  static Dependency[] of(String name) {
    return switch (name) {
      // The published server has log4j2 but no binding from slf4j: the distribution adds that.
      case "kafka" -> new Dependency[] {
        Dependency.of("org.apache.kafka", "kafka_2.13", "4.3.1"),
        Dependency.of("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.5"),
      };
      case "cassandra" -> new Dependency[] {
        Dependency.of("org.apache.cassandra", "cassandra-all", "5.0.9"),
      };
      case "processor" -> processor();
      default -> throw new IllegalArgumentException("no class path is called " + name);
    };
  }

  /** Exactly what the build tested: every artefact by name and version, nothing transitive. */
  private static Dependency[] processor() {
    try (InputStream list = ClassPaths.class.getResourceAsStream(PROCESSOR_LIST);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.isBlank()).map(ClassPaths::exactly)
          .toArray(Dependency[]::new);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Dependency exactly(String coordinates) {
    String[] parts = coordinates.trim().split(":");
    return Dependency.of(parts[0], parts[1], parts[2]).withTransitive(false);
  }
}
