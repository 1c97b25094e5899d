import JSON

extension Object {
  /// Gateway API: a class is ready when accepted, a gateway when its data plane is programmed, a route when every
  /// parent has accepted it and its references resolve.
  ///
  /// The definitions give new objects conditions with status Unknown ("Waiting for controller"): a status, but nobody
  /// has looked yet.
  func gatewayReadiness() -> Readiness? {
    switch gvk.kind {
    case "GatewayClass": demandAll(["Accepted"], of: conditions)
    case "Gateway", "ListenerSet", "XListenerSet":
      listenersExplained(demandAll(["Accepted", "Programmed"], of: conditions))
    case let kind where kind.hasSuffix("Route"): routeReadiness()
    case "BackendTLSPolicy": ancestorsReadiness(json["status"]?["ancestors"]?.array ?? [])
    default: nil
    }
  }

  /// Policies: every ancestor that reports has to accept. (GEP-713)
  func ancestorsReadiness(_ ancestors: [JSON]) -> Readiness {
    guard !ancestors.isEmpty else { return .progressing(.notObserved(self)) }
    for ancestor in ancestors {
      let verdict = demandAll(["Accepted"], of: [Condition](ancestor["conditions"]), or: ["ResolvedRefs"])
      guard let blocker = verdict.blocker else { continue }
      let name = ancestor["ancestorRef"]?["name"]?.string ?? "?"
      return .progressing(Blocker(blocker.reason, "\(name): \(blocker.message)"))
    }
    return .ready
  }

  /// - Parameter optional: conditions that need not be there, but if they are must be true.
  private func demandAll(
    _ types: [String], of conditions: [Condition], or optional: [String] = []
  ) -> Readiness {
    for type in types + optional {
      guard let condition = conditions.first(type) else {
        if optional.contains(type) { continue }
        return .progressing(.notObserved(self))
      }
      if condition.status == "Unknown", condition.reason == "Pending" { return .progressing(.notObserved(self)) }
      if let unmet = demand(condition).blocker { return .progressing(unmet) }
    }
    return .ready
  }

  /// Adds the listener that is to blame: the gateway's own conditions only say that there is one.
  private func listenersExplained(_ verdict: Readiness) -> Readiness {
    guard case .progressing(var blocker) = verdict else { return verdict }
    for listener in json["status"]?["listeners"]?.array ?? [] {
      let bad = [Condition](listener["conditions"]).first {
        $0.isFalse && ["Accepted", "Programmed", "ResolvedRefs"].contains($0.type)
      }
      guard let bad else { continue }
      blocker.message += "; listener \(listener["name"]?.string ?? "?"): \(bad.blocker)"
      break
    }
    return .progressing(blocker)
  }

  private func routeReadiness() -> Readiness {
    let reports = json["status"]?["parents"]?.array ?? []
    for wanted in json["spec"]?["parentRefs"]?.array ?? [] {
      let parent = ParentReference(wanted, namespace: namespace)
      let answers = reports.filter { ParentReference($0["parentRef"] ?? .null, namespace: namespace) == parent }
      // Several controllers may answer for one parent; one that takes the route is enough.
      let verdicts = answers.map {
        demandAll(["Accepted"], of: [Condition]($0["conditions"]), or: ["ResolvedRefs"])
      }
      if verdicts.contains(.ready) { continue }
      guard let blocker = verdicts.first?.blocker else {
        return .progressing(Blocker("NotObserved", "\(parent) has not looked at it yet"))
      }
      return .progressing(Blocker(blocker.reason, "\(parent): \(blocker.message)"))
    }
    return .ready
  }
}

/// What a route attaches to, with the defaults that the specification gives.
private struct ParentReference: Equatable, CustomStringConvertible {
  var group, kind, namespace, name, section: String
  var port: Int?

  init(_ json: JSON, namespace: String?) {
    group = json["group"]?.string ?? "gateway.networking.k8s.io"
    kind = json["kind"]?.string ?? "Gateway"
    self.namespace = json["namespace"]?.string ?? namespace ?? ""
    name = json["name"]?.string ?? ""
    section = json["sectionName"]?.string ?? ""
    port = json["port"]?.int
  }

  var description: String {
    "\(kind.lowercased()) \(namespace)/\(name)" + (section.isEmpty ? "" : " listener \(section)")
  }
}
