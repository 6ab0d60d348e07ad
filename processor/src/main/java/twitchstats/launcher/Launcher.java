package twitchstats.launcher;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The jar's own main class: {@code resolve [--offline] NAME…} fetches the named class paths and
 * prints NDJSON events on standard output, nothing else.
 *
 * <p>It is Java because it runs before the Scala library is anywhere on the machine.
 */
public final class Launcher {
  private static final String USAGE =
      "usage: java -jar twitchstats-processor.jar resolve [--offline] NAME…   (NAME: "
          + String.join(", ", ClassPaths.NAMES)
          + ")";

  private Launcher() {}

  public static void main(String[] args) {
    // Libraries must not write into the event stream, so they get standard error instead.
    PrintStream events = System.out;
    System.setOut(System.err);
    System.exit(run(args, events));
  }

  static int run(String[] args, PrintStream out) {
    if (args.length == 0 || !args[0].equals("resolve")) return usage();
    boolean offline = false;
    List<String> names = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      if (args[i].equals("--offline")) offline = true;
      else if (ClassPaths.NAMES.contains(args[i])) names.add(args[i]);
      else return usage();
    }
    if (names.isEmpty()) return usage();
    Events events = new Events(out);
    boolean resolved = true;
    for (String name : names) resolved &= new Resolver(events, offline).resolve(name);
    return resolved ? 0 : 1;
  }

  private static int usage() {
    System.err.println(USAGE);
    return 2;
  }
}
