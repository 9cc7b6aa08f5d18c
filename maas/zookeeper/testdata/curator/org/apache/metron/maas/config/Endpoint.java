package org.apache.metron.maas.config;

import java.util.Map;

/** Where a model is asked, and the paths of its functions. */
public class Endpoint {
  private String url;
  private Map<String, String> functions;

  public String getUrl() { return url; }

  public void setUrl(String url) { this.url = url; }

  public Map<String, String> getFunctions() { return functions; }

  public void setFunctions(Map<String, String> functions) { this.functions = functions; }
}
