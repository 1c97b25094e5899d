import Blueprint
import JSON

extension WorkloadObjects {
  /// The Service that others reach the application by; none without ports.
  var service: JSON? {
    guard !workload.ports.isEmpty else { return nil }
    let service = workload.service
    return [
      "apiVersion": "v1",
      "kind": "Service",
      "metadata": metadata(annotations: service.annotations),
      "spec": .members([
        "type": .string(service.type.rawValue),
        "loadBalancerIP": service.type == .loadBalancer ? service.address.map(JSON.string) : nil,
        "selector": selector,
        "ports": servicePorts,
      ]),
    ]
  }

  /// The Service that gives each replica of a StatefulSet its DNS name. Replicas find each other by it before they are
  /// ready.
  var headlessService: JSON? {
    guard workload.resolvedKind == .statefulSet else { return nil }
    return [
      "apiVersion": "v1",
      "kind": "Service",
      "metadata": metadata(name: headlessName),
      "spec": .members([
        "clusterIP": "None",
        "publishNotReadyAddresses": true,
        "selector": selector,
        "ports": workload.ports.isEmpty ? nil : servicePorts,
      ]),
    ]
  }

  var headlessName: String { "\(name)-headless" }

  private var servicePorts: JSON {
    .array(
      workload.ports.map { port in
        [
          "name": .string(port.name),
          "port": .int(port.port),
          "targetPort": .int(port.port),
          "protocol": .string(port.transport),
        ]
      })
  }
}
