import Blueprint
import JSON

// The "restricted" Pod Security Standard wherever the file does not ask for more.
extension WorkloadObjects {
  var podSecurityContext: JSON {
    let security = workload.security
    let group = security.group ?? security.user
    return .members([
      "runAsNonRoot": .bool(security.runAsNonRoot ?? (security.user != 0)),
      "runAsUser": security.user.map(JSON.int),
      "runAsGroup": group.map(JSON.int),
      "fsGroup": group.map(JSON.int),
      "fsGroupChangePolicy": group == nil ? nil : "OnRootMismatch",
      "seccompProfile": security.privileged ? nil : ["type": "RuntimeDefault"],
    ])
  }

  /// A privileged container has every capability and may gain privileges: Kubernetes refuses to hear otherwise.
  var containerSecurityContext: JSON {
    let security = workload.security
    let capabilities = security.capabilities.map(capabilityName)
    return .members([
      "privileged": security.privileged ? true : nil,
      "allowPrivilegeEscalation": .bool(security.privileged),
      "readOnlyRootFilesystem": .bool(security.readOnlyRootFilesystem),
      "capabilities": security.privileged
        ? nil : .members(["drop": ["ALL"], "add": capabilities.nonEmpty.map { .array($0.map(JSON.string)) }]),
    ])
  }

  /// Kubernetes' spelling: `NET_ADMIN` for the kernel's `CAP_NET_ADMIN`.
  private func capabilityName(_ name: String) -> String {
    let name = name.uppercased()
    return name.hasPrefix("CAP_") ? String(name.dropFirst(4)) : name
  }
}
