package twitchstats.launcher;

import coursierapi.Cache;
import coursierapi.Fetch;
import coursierapi.error.CoursierError;
import java.io.File;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Resolves one class path with coursier: its default repositories and cache, and whatever mirrors
 * and credentials the user configured for it. No address is known here.
 */
final class Resolver {
  private final Events events;
  private final boolean offline;

  Resolver(Events events, boolean offline) {
    this.events = events;
    this.offline = offline;
    // Read once, when coursier's cache classes load; the same switch as COURSIER_MODE.
    if (offline) System.setProperty("coursier.mode", "offline");
  }

  /** True when the class path was printed, false when an error event was. */
  boolean resolve(String name) {
    Progress progress = new Progress(name, events);
    try {
      List<File> files =
          Fetch.create()
              .withCache(Cache.create().withLogger(progress))
              .addDependencies(ClassPaths.of(name))
              .fetch();
      progress.finish(files.size());
      events.classpath(
          name, files.stream().map(File::getAbsolutePath).collect(Collectors.toList()));
      return true;
    } catch (CoursierError failure) {
      events.error(name, message(failure), retryable(failure));
    } catch (RuntimeException | LinkageError bug) {
      events.error(name, bug.toString(), false);
    }
    return false;
  }

  private String message(CoursierError failure) {
    String message = String.valueOf(failure.getMessage());
    return offline ? "not in the cache (offline): " + message : message;
  }

  /** A missing artefact stays missing; a broken connection or a torn download may mend. */
  private boolean retryable(CoursierError failure) {
    String message = String.valueOf(failure.getMessage());
    return !offline
        && (message.contains("download error")
            || message.contains("Caught ")
            || message.contains("wrong checksum")
            || message.contains("server error"));
  }
}
