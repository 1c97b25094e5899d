import Blueprint
import JSON

/// Where Prometheus finds a component's figures.
///
/// The objects are part of the release that brings Prometheus' own definitions, so a component can start long before.
package struct Monitor: Sendable, Equatable {
  package enum Kind: String, Sendable { case service = "ServiceMonitor", pod = "PodMonitor" }
  package var kind: Kind
  /// Labels of the Service or of the pods.
  package var labels: [String: String]
  /// The port's name.
  package var port: String
  package var path: String
  /// Whether they come over TLS, with a certificate that nobody vouches for.
  package var isTLS: Bool
  /// What the address is asked with: `format=prometheus`.
  package var parameters: [String: String]

  package init(
    _ kind: Kind, labels: [String: String], port: String, path: String = "/metrics", isTLS: Bool = false,
    parameters: [String: String] = [:]
  ) {
    self.kind = kind
    self.labels = labels
    self.port = port
    self.path = path
    self.isTLS = isTLS
    self.parameters = parameters
  }

  /// https://github.com/prometheus-operator/prometheus-operator/blob/main/Documentation/api-reference/api.md
  /// - Parameters:
  ///   - namespace: where what is watched lives. The object itself lives with Prometheus.
  ///   - prometheus: Prometheus' release, which looks for what carries its name.
  func object(name: String, watching namespace: String, for prometheus: Release) -> JSON {
    var endpoint: JSON = .members([
      "port": .string(port), "path": .string(path), "scheme": isTLS ? "https" : nil,
      "tlsConfig": isTLS ? ["insecureSkipVerify": true] : nil,
    ])
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      endpoint[path: "params", name] = [.string(value)]
    }
    return [
      "apiVersion": "monitoring.coreos.com/v1", "kind": .string(kind.rawValue),
      "metadata": [
        "name": .string(name), "namespace": .string(prometheus.namespace.name),
        "labels": ["release": .string(prometheus.name)],
      ],
      "spec": [
        "namespaceSelector": ["matchNames": [.string(namespace)]], "selector": ["matchLabels": .strings(labels)],
        kind == .service ? "endpoints" : "podMetricsEndpoints": [endpoint],
      ],
    ]
  }
}
