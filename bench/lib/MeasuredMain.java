import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Runs another class's main method and then prints "cpu SECONDS": user and system time of this JVM since it began. */
public final class MeasuredMain {
  public static void main(String[] args) throws Exception {
    var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Class.forName(args[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    System.out.println("cpu " + system.getProcessCpuTime() / 1e9);
    // Threads that the other one left are not waited for.
    System.exit(0);
  }
}
