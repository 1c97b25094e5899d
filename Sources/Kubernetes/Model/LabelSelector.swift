public import JSON

/// Chooses objects by their labels: `matchLabels` and `matchExpressions` of a LabelSelector.
///
/// A selector without requirements matches everything, as in Kubernetes.
public struct LabelSelector: Sendable, Equatable {
  public struct Requirement: Sendable, Equatable {
    public enum Operator: String, Sendable {
      case isIn = "In"
      case isNotIn = "NotIn"
      case exists = "Exists"
      case doesNotExist = "DoesNotExist"
    }
    public var key: String
    public var `operator`: Operator
    /// Empty for `exists` and `doesNotExist`.
    public var values: [String]

    public init(_ key: String, _ operator: Operator, _ values: [String] = []) {
      self.key = key
      self.operator = `operator`
      self.values = values
    }
  }

  public var matchLabels: [String: String]
  public var matchExpressions: [Requirement]

  /// A plain map of labels, as Services and ReplicationControllers have, is a selector with `matchLabels` only.
  public init(matchLabels: [String: String] = [:], matchExpressions: [Requirement] = []) {
    self.matchLabels = matchLabels
    self.matchExpressions = matchExpressions
  }

  /// Reads the JSON of a LabelSelector; `nil` where it is none, has an unknown operator, or values where the operator
  /// takes none (or none where it takes some).
  public init?(_ json: JSON) {
    guard let members = json.object else { return nil }
    var labels: [String: String] = [:]
    if let map = members["matchLabels"], !map.isNull {
      guard let map = map.object else { return nil }
      for label in map {
        guard let value = label.value.string else { return nil }
        labels[label.key] = value
      }
    }
    var requirements: [Requirement] = []
    if let list = members["matchExpressions"], !list.isNull {
      guard let list = list.array else { return nil }
      for element in list {
        guard let requirement = Requirement(element) else { return nil }
        requirements.append(requirement)
      }
    }
    self.init(matchLabels: labels, matchExpressions: requirements)
  }

  public var isEmpty: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }

  public func matches(_ labels: [String: String]) -> Bool {
    matchLabels.allSatisfy { labels[$0.key] == $0.value } && matchExpressions.allSatisfy { $0.matches(labels) }
  }
}

extension LabelSelector.Requirement {
  init?(_ json: JSON) {
    guard let key = json["key"]?.string, !key.isEmpty,
      let relation = json["operator"]?.string.flatMap(Operator.init(rawValue:))
    else { return nil }
    let elements = json["values"]?.array ?? []
    let values = elements.compactMap(\.string)
    let takesValues = relation == .isIn || relation == .isNotIn
    guard values.count == elements.count, values.isEmpty != takesValues else { return nil }
    self.init(key, relation, values)
  }

  public func matches(_ labels: [String: String]) -> Bool {
    switch self.operator {
    case .isIn: labels[key].map(values.contains) ?? false
    // An absent label is not in any set of values.
    case .isNotIn: labels[key].map { !values.contains($0) } ?? true
    case .exists: labels[key] != nil
    case .doesNotExist: labels[key] == nil
    }
  }
}

extension LabelSelector: CustomStringConvertible {
  /// The form that list requests take: `app=web,tier in (a,b),!canary`. Labels come sorted, so equal selectors give
  /// equal text.
  public var description: String {
    let labels = matchLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let expressions = matchExpressions.map { requirement in
      let values = requirement.values.sorted().joined(separator: ",")
      return switch requirement.operator {
      case .isIn: "\(requirement.key) in (\(values))"
      case .isNotIn: "\(requirement.key) notin (\(values))"
      case .exists: requirement.key
      case .doesNotExist: "!\(requirement.key)"
      }
    }
    return (labels + expressions).joined(separator: ",")
  }
}
