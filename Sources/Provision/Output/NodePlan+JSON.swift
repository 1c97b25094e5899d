public import JSON

extension NodePlan {
  /// The shape that programs rely on; members are added, never renamed or taken away.
  ///
  ///     {"node","operations":[{"stage","title","observed","restarts":[…],"reboots","destroys":[…]}],
  ///      "refusals":[{"stage","reason","fix"}],"notes":[…]}
  public var json: JSON {
    [
      "node": .string(node), "operations": .array(operations.map(\.json)),
      "refusals": .array(
        refusals.map { ["stage": .string($0.stage.rawValue), "reason": .string($0.reason), "fix": .string($0.fix)] }),
      "notes": .strings(notes),
    ]
  }
}

extension Operation {
  fileprivate var json: JSON {
    var restarts: [String] = []
    var destroys: [String] = []
    for impact in impact {
      switch impact {
      case .restarts(let unit): restarts.append(unit)
      case .destroys(let what): destroys.append(what)
      case .reboots, .revertsByItself: break
      }
    }
    return [
      "stage": .string(stage.rawValue), "title": .string(title), "observed": .string(observed),
      "restarts": .strings(restarts), "reboots": .bool(impact.contains(.reboots)), "destroys": .strings(destroys),
    ]
  }

  /// What else it does, for people: `restarts systemd-logind.service`.
  public var consequence: String? {
    let parts = impact.compactMap { impact -> String? in
      switch impact {
      case .restarts(let unit): "restarts \(unit)"
      case .reboots: "the machine goes down and comes up again"
      case .destroys(let what): "destroys \(what)"
      case .revertsByItself: nil
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
