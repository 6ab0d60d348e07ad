package twitchstats.launcher;

/** What {@link Guard} runs in its spec: says it is there, then waits; "hang" never ends in order. */
public final class GuardedExample {
  public static void main(String[] args) throws InterruptedException {
    if (args.length > 0 && args[0].equals("fail")) throw new IllegalStateException("as told");
    boolean hangs = args.length > 0 && args[0].equals("hang");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      System.out.println("hook");
      System.out.flush();
      if (hangs) sleepForever();
    }));
    System.out.println("ready " + String.join(" ", args));
    System.out.flush();
    Thread.currentThread().join();
  }

  private static void sleepForever() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException woken) {
      throw new IllegalStateException(woken);
    }
  }
}
