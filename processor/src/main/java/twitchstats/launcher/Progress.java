package twitchstats.launcher;

import coursierapi.CacheLogger;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns coursier's callbacks, which come from several threads, into at most five progress events a
 * second. Only jars count: the poms before them are many and small.
 */
final class Progress implements CacheLogger {
  private static final long INTERVAL_NANOS = 200_000_000;

  private final String name;
  private final Events events;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final Set<String> done = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> bytesByUrl = new ConcurrentHashMap<>();
  private long lastNanos = System.nanoTime() - INTERVAL_NANOS;

  Progress(String name, Events events) {
    this.name = name;
    this.events = events;
  }

  @Override
  public void foundLocally(String url) {
    arrived(url);
  }

  @Override
  public void downloadingArtifact(String url, coursierapi.Artifact artifact) {
    if (isJar(url)) known.add(url);
    report();
  }

  @Override
  public void downloadProgress(String url, long downloaded) {
    bytesByUrl.merge(url, downloaded, Math::max);
    report();
  }

  @Override
  public void downloadedArtifact(String url, boolean success) {
    if (success) arrived(url);
  }

  void finish(int total) {
    events.progress(name, total, total, bytes());
  }

  private void arrived(String url) {
    if (!isJar(url)) return;
    known.add(url);
    done.add(url);
    report();
  }

  private static boolean isJar(String url) {
    return url.endsWith(".jar");
  }

  private synchronized void report() {
    long now = System.nanoTime();
    if (now - lastNanos < INTERVAL_NANOS) return;
    lastNanos = now;
    events.progress(name, done.size(), known.size(), bytes());
  }

  private long bytes() {
    return bytesByUrl.values().stream().mapToLong(Long::longValue).sum();
  }
}
