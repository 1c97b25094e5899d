import Blueprint
import Diagnostics
import JSON
import YAML

/// One option of a component of the user's own: what can be written there, in the words of JSON Schema.
struct OwnOption: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case text = "string"
    case whole = "integer"
    case number
    case truth = "boolean"
    case list = "array"
    case mapping = "object"
  }

  var name: String
  var about: String
  var kind: Kind
  var isRequired: Bool
  /// What holds where it is absent.
  var byDefault: JSON?
  /// Of a mapping with keys of its own.
  var properties: [OwnOption]
  /// Reads its value in the cluster file.
  var shape: Shape<JSON>
}

extension OwnOption {
  /// What the cluster file gives for the options, with their defaults.
  static func read(_ options: [OwnOption], _ reader: inout MappingReader) -> JSON? {
    var values = JSONObject()
    var isFine = true
    for option in options {
      let value: JSON?
      if option.isRequired {
        value = reader.required(option.name, option.shape, option.about)
        if value == nil { isFine = false }
      } else {
        value =
          reader.optional(option.name, option.shape, option.about, byDefault: option.byDefault)
          ?? option.byDefault
      }
      if let value { values.append(option.name, value) }
    }
    return isFine ? .object(values) : nil
  }
}

// MARK: How options are written

extension Shape where Value == [OwnOption] {
  /// A mapping of options by name.
  /// - Parameters:
  ///   - taken: names that mean something else already.
  ///   - isDescribed: whether each needs a description.
  static func options(besides taken: Set<String> = [], isDescribed: Bool = true) -> Shape {
    let names: JSON = ["pattern": "^[A-Za-z][-_A-Za-z0-9]*$"]
    return map(
      "a mapping of options by name", names: names, values: { ["$ref": "#/$defs/option"] }
    ) { entry, problems in
      let name = entry.key
      if taken.contains(name) {
        problems.report(
          "CR0214", "every component has a key '\(name)' already", at: entry.keySpan, fix: "call the option otherwise")
      } else if name.wholeMatch(of: /[A-Za-z][-_A-Za-z0-9]*/) == nil {
        problems.report(
          "CR0206", "'\(name)' is not the name of an option: letters, digits, '-' and '_', a letter first",
          at: entry.keySpan, fix: "choose another, such as maxSize")
      }
      return Shape<OwnOption>.option(name, called: "the option '\(name)'", isDescribed: isDescribed)
        .read(entry.value, problems)
    }
  }
}

extension Shape where Value == OwnOption {
  /// - Parameter isElement: of a list: it is there or not, and has nothing to say by itself.
  static func option(
    _ name: String, called subject: String, isDescribed: Bool, isElement: Bool = false
  ) -> Shape {
    section("an option", named: subject) { reader in
      let word = reader.required("type", .word(OwnOption.Kind.allCases.map(\.rawValue)), "What kind of value it has.")
      let aboutText = "What it is for, in a sentence: for 'croft explain' and editors."
      let filled = Shape<String>.filled("a sentence")
      let about =
        isDescribed
        ? reader.required("description", filled, aboutText) : reader.optional("description", filled, aboutText)
      var isRequired = false
      if !isElement {
        isRequired =
          reader.optional("required", .truth, "Whether the cluster file must say it.", byDefault: false) ?? false
        _ = reader.optional("default", .anything, "What holds where the cluster file does not say it.")
      }
      let rules = OptionRules(&reader, of: subject, type: word)
      if isRequired {
        reader.refuse(["default"], besides: "required", because: "what must be there needs none")
      }
      guard let word, let kind = OwnOption.Kind(rawValue: word), let shape = rules.shape(kind) else { return nil }
      var option = OwnOption(
        name: name, about: about ?? "", kind: kind, isRequired: isRequired, properties: rules.properties,
        shape: shape)
      if !isElement, let node = reader.entry("default")?.value {
        guard let value = shape.read(node, reader.problems) else { return nil }
        option.byDefault = value
      }
      return option
    }
  }

  /// For `$defs`, where options lead to options.
  static var definition: JSON { option("", called: "an option", isDescribed: false).schema() }
}
