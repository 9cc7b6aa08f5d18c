import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.x.discovery.ServiceCache;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.ServiceType;
import org.apache.curator.x.discovery.details.JsonInstanceSerializer;
import org.apache.metron.maas.config.Endpoint;
import org.apache.metron.maas.config.ModelEndpoint;

/**
 * Reads and writes instances of models with Curator's service discovery, as Metron does:
 * {@code Discovery SERVERS ROOT}. Each line of standard input is a command of words between
 * tabs. The answer is lines of words between tabs and a line with a dot, or a line that
 * begins with an exclamation mark. The end of the input ends the session.
 */
public final class Discovery {
  private final ServiceDiscovery<ModelEndpoint> discovery;
  private final Map<String, ServiceInstance<ModelEndpoint>> own = new HashMap<>();
  private final Map<String, ServiceCache<ModelEndpoint>> caches = new HashMap<>();

  private Discovery(ServiceDiscovery<ModelEndpoint> discovery) { this.discovery = discovery; }

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (CuratorFramework client =
            CuratorFrameworkFactory.newClient(args[0], new ExponentialBackoffRetry(100, 5))) {
      client.start();
      try (ServiceDiscovery<ModelEndpoint> discovery =
          ServiceDiscoveryBuilder.builder(ModelEndpoint.class)
              .client(client)
              .basePath(args[1])
              .serializer(new JsonInstanceSerializer<>(ModelEndpoint.class))
              .build()) {
        discovery.start();
        Discovery answering = new Discovery(discovery);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          try {
            for (String answer : answering.answer(line.split("\t", -1))) {
              out.println(answer);
            }
            out.println(".");
          } catch (Exception e) {
            out.println("! " + e.toString().replace('\n', ' '));
          }
        }
      }
    }
  }

  private Collection<String> answer(String[] words) throws Exception {
    switch (words[0]) {
      case "register":
        register(words);
        return new ArrayList<>();
      case "unregister":
        discovery.unregisterService(own.remove(words[1] + "/" + words[2]));
        return new ArrayList<>();
      case "models":
        return discovery.queryForNames();
      case "instances": // as they are now
        return describe(discovery.queryForInstances(words[1]));
      case "cached": // as Curator's watches found them
        return describe(cache(words[1]).getInstances());
      default:
        throw new IllegalArgumentException("unknown command " + words[0]);
    }
  }

  /** Words: type of the service, model, id, version, URL, then name=path of each function. */
  private void register(String[] words) throws Exception {
    Endpoint endpoint = new Endpoint();
    endpoint.setUrl(words[5]);
    Map<String, String> functions = new TreeMap<>();
    for (String function : Arrays.asList(words).subList(6, words.length)) {
      String[] sides = function.split("=", 2);
      functions.put(sides[0], sides[1]);
    }
    endpoint.setFunctions(functions);
    ModelEndpoint payload = new ModelEndpoint();
    payload.setEndpoint(endpoint);
    payload.setName(words[2]);
    payload.setVersion(words[4]);
    payload.setContainerId(words[3]);
    URI url = new URI(words[5]);
    ServiceInstance<ModelEndpoint> instance =
        ServiceInstance.<ModelEndpoint>builder()
            .serviceType(ServiceType.valueOf(words[1]))
            .name(words[2])
            .id(words[3])
            .address(url.getHost())
            .port(url.getPort())
            .payload(payload)
            .build();
    discovery.registerService(instance);
    own.put(words[2] + "/" + words[3], instance);
  }

  private ServiceCache<ModelEndpoint> cache(String model) throws Exception {
    ServiceCache<ModelEndpoint> cache = caches.get(model);
    if (cache == null) {
      cache = discovery.serviceCacheBuilder().name(model).build();
      cache.start();
      caches.put(model, cache);
    }
    return cache;
  }

  private static List<String> describe(Collection<ServiceInstance<ModelEndpoint>> instances) {
    List<String> lines = new ArrayList<>();
    for (ServiceInstance<ModelEndpoint> i : instances) {
      ModelEndpoint payload = i.getPayload();
      Endpoint endpoint = payload.getEndpoint();
      lines.add(
          String.join("\t",
              i.getServiceType().toString(), i.getName(), i.getId(), i.getAddress(), String.valueOf(i.getPort()),
              payload.getName(), payload.getContainerId(), payload.getVersion(), endpoint.getUrl(),
              new TreeMap<>(endpoint.getFunctions()).toString()));
    }
    return lines;
  }
}
