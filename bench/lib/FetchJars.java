import coursierapi.Dependency;
import coursierapi.Fetch;
import java.io.File;
import java.util.stream.Collectors;

/** Prints the class path of the given artefacts (group:name:version), fetched as our launcher fetches its own. */
public final class FetchJars {
  public static void main(String[] args) throws Exception {
    Fetch fetch = Fetch.create();
    for (String coordinates : args) {
      String[] parts = coordinates.split(":");
      fetch.addDependencies(Dependency.of(parts[0], parts[1], parts[2]));
    }
    System.out.println(
        fetch.fetch().stream().map(File::getAbsolutePath).collect(Collectors.joining(File.pathSeparator)));
  }
}
