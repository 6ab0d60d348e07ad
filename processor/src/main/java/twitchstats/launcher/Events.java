package twitchstats.launcher;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/** The NDJSON events of {@code resolve}: progress, classpath, error. One object a line. */
final class Events {
  private final PrintStream out;

  Events(PrintStream out) {
    this.out = out;
  }

  /** {@code done} of {@code total} jars known so far; {@code bytes} downloaded in this run. */
  void progress(String name, int done, int total, long bytes) {
    print("progress", name,
        ",\"done\":" + done + ",\"total\":" + total + ",\"bytes\":" + bytes);
  }

  void classpath(String name, List<String> entries) {
    String list = entries.stream().map(Events::quoted).collect(Collectors.joining(","));
    print("classpath", name, ",\"entries\":[" + list + "]");
  }

  void error(String name, String message, boolean retryable) {
    print("error", name, ",\"message\":" + quoted(message) + ",\"retryable\":" + retryable);
  }

  private synchronized void print(String type, String name, String rest) {
    out.println("{\"type\":" + quoted(type) + ",\"name\":" + quoted(name) + rest + "}");
    out.flush();
  }

  static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') json.append('\\').append(c);
      // Everything beyond ASCII is escaped too: the platform's charset is not ours to trust.
      else if (c < 0x20 || c > 0x7e) json.append(String.format("\\u%04x", (int) c));
      else json.append(c);
    }
    return json.append('"').toString();
  }
}
