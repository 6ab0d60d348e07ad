package twitchstats.launcher;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another main class and ends the process when standard input closes.
 *
 * <p>The supervisor holds the other end of the pipe, so even its {@code kill -9} closes it and no
 * server is left behind. {@code Guard MAINCLASS [args…]}: after end of file the shutdown hooks run
 * ({@code exit 143}, as after SIGTERM) and, should they hang, the JVM is halted with 137 after
 * {@code TWITCHSTATS_GUARD_TIMEOUT_MS} milliseconds (default 10000).
 */
public final class Guard {
  static final int TERMINATED = 143;
  static final int KILLED = 137;
  static final long DEFAULT_TIMEOUT_MS = 10_000;

  private Guard() {}

  public static void main(String[] args) throws Throwable {
    if (args.length == 0) {
      System.err.println("usage: Guard MAINCLASS [args…]");
      System.exit(2);
    }
    watchInput(timeoutMs(System.getenv("TWITCHSTATS_GUARD_TIMEOUT_MS")));
    try {
      Class.forName(args[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }

  static long timeoutMs(String value) {
    try {
      return value == null ? DEFAULT_TIMEOUT_MS : Math.max(0, Long.parseLong(value.trim()));
    } catch (NumberFormatException notANumber) {
      return DEFAULT_TIMEOUT_MS;
    }
  }

  private static void watchInput(long timeoutMs) {
    daemon("stdin-guard", () -> {
      awaitEndOfInput();
      // Armed first: exit() itself blocks for as long as a shutdown hook does.
      daemon("stdin-guard-halt", () -> {
        sleep(timeoutMs);
        Runtime.getRuntime().halt(KILLED);
      });
      System.exit(TERMINATED);
    });
  }

  private static void awaitEndOfInput() {
    byte[] ignored = new byte[256];
    try {
      while (System.in.read(ignored) >= 0) {
        // Whatever is written to us is only a sign of life.
      }
    } catch (IOException broken) {
      // A broken pipe says the same as its end.
    }
  }

  private static void daemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException early) {
      Thread.currentThread().interrupt();
    }
  }
}
