public import JSON
import Kubernetes

extension Plan {
  /// `{"changes": bool, "releases": [{"name", "layer", "entries": [{"object", "action", "fields", "note"}], "unchanged",
  /// "hooks", "problem"}], "orphans": []}`
  public var json: JSON {
    [
      "changes": .bool(hasChanges), "releases": .array(releases.map(\.json)),
      "orphans": .array(orphans.map { .string($0) }),
    ]
  }

  /// One line: `3 to create, 1 to update, 120 unchanged`.
  public var summary: String {
    var counts: [Action: Int] = [:]
    for release in releases { for entry in release.entries { counts[entry.action, default: 0] += 1 } }
    let words: [(Action, String)] = [
      (.create, "to create"), (.adopt, "to adopt"), (.update, "to update"), (.recreate, "to recreate"),
      (.prune, "to delete"), (.keep, "no longer wanted but kept"),
    ]
    var parts = words.compactMap { action, text in counts[action].map { "\($0) \(text)" } }
    let hooks = releases.reduce(0) { $0 + $1.hooks.count }
    if hooks > 0 { parts.append("\(hooks) hook\(hooks == 1 ? "" : "s") to run") }
    let problems = releases.count { $0.problem != nil }
    if problems > 0 { parts.append("\(problems) release\(problems == 1 ? "" : "s") that cannot be planned yet") }
    parts.append("\(releases.reduce(0) { $0 + $1.unchanged }) unchanged")
    return parts.joined(separator: ", ")
  }
}

extension Plan.ReleasePlan {
  var json: JSON {
    [
      "name": .string(name), "layer": .string(layer), "unchanged": .int(unchanged),
      "entries": .array(entries.map(\.json)), "hooks": .array(hooks.map { .string($0) }),
      "problem": problem.map { .string($0) } ?? .null,
    ]
  }

  /// For people: one line per object, and below it one per field.
  public var lines: [String] {
    var lines: [String] = []
    if let problem { lines.append("! \(problem)") }
    for entry in entries {
      lines.append("\(entry.sign) \(entry.object)" + (entry.note.map { "  (\($0))" } ?? ""))
      lines += entry.fields.map { "    " + $0.line }
    }
    lines += hooks.map { "> hook \($0)" }
    return lines
  }
}

extension Plan.Entry {
  var json: JSON {
    [
      "object": .string(object.description), "action": .string(action.rawValue),
      "fields": .array(fields.map(\.json)), "note": note.map { .string($0) } ?? .null,
    ]
  }

  var sign: String {
    switch action {
    case .create: "+"
    case .adopt, .update: "~"
    case .recreate: "±"
    case .prune: "-"
    case .keep: "="
    }
  }
}

extension FieldChange {
  var json: JSON {
    ["path": .string(path), "before": before ?? .null, "after": after ?? .null, "masked": .bool(isMasked)]
  }

  /// `spec.replicas: 1 → 2`
  var line: String {
    func short(_ value: JSON?) -> String {
      guard let value else { return "(none)" }
      let text = isMasked ? value.string ?? "••••" : value.text
      return text.count > 100 ? text.prefix(97) + "…" : text
    }
    let note = isMasked && before == after ? " (changed)" : ""
    return "\(path): \(short(before)) → \(short(after))\(note)"
  }
}
