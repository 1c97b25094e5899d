import Diagnostics
import JSON
import YAML

/// `environments:` – variants of one cluster, each laid over the rest of the file.
extension Shape where Value == [String] {
  /// Their names. What they hold is read where it is laid, so that it is checked as a part of the whole.
  static var environments: Shape {
    map("a mapping of environments by name", names: Schema.label(), values: { ["$ref": "#/$defs/overlay"] }) {
      entry, problems in
      entry.checkLabel("the name of an environment", problems)
      guard case .mapping = entry.value.content else {
        if !entry.value.isNull { problems.mismatch(entry.value, expected: "a mapping with keys of a cluster") }
        return entry.key
      }
      for key in ["apiVersion", "kind", "include", "environments"] where entry.value[key] != nil {
        let place = entry.value.entries.first { $0.key == key }?.keySpan
        problems.report(
          "CR0216", "'\(key)' has no meaning in an environment", at: place,
          fix: "remove it: it belongs to the whole file")
      }
      return entry.key
    }
  }
}
