/// A piece of Nix: what generated files are made of. Written as nixfmt would
/// (https://github.com/NixOS/rfcs/blob/master/rfcs/0166-nix-formatting.md), the same each time.
indirect enum NixExpression: Sendable, Equatable {
  case null
  case bool(Bool)
  case int(Int)
  /// Any text: quotes, backslashes, line breaks and `${` are written so that they mean themselves.
  case string(String)
  /// `./modules` or `../modules/base.nix`, from the file that holds it.
  case path(String)
  /// Nix as it is: a name, `config.sops.secrets.token.path`, an operator. Never what a user wrote.
  case code(String)
  case list([NixExpression])
  case set([NixAttribute])
  /// `{ pkgs, ... }: body`
  case function([String], NixExpression)

  static func strings(_ texts: some Sequence<String>) -> NixExpression { .list(texts.map { .string($0) }) }

  /// A text, or `null` where there is none.
  static func text(_ text: String?) -> NixExpression { text.map { .string($0) } ?? .null }
}

/// A member of an attribute set.
struct NixAttribute: Sendable, Equatable {
  /// The names that lead to the value: `boot`, `kernelModules`.
  var path: [String]
  var value: NixExpression
  /// What stands above it, a line each.
  var comment: [String] = []

  /// - Parameter path: with dots between the names: `boot.kernelModules`.
  init(_ path: String, _ value: NixExpression, comment: String...) {
    self.path = path.split(separator: ".").map(String.init)
    self.value = value
    self.comment = comment
  }

  /// A member with a name on its way that has dots or is data.
  init(path: [String], _ value: NixExpression) {
    self.path = path
    self.value = value
  }

  /// A member whose name is data: a node, a user.
  init(name: String, _ value: NixExpression) {
    path = [name]
    self.value = value
  }
}

// MARK: Writing

extension NixExpression {
  private static let width = 100

  /// The text of a file.
  var file: String { text(at: 0) + "\n" }

  /// - Parameter depth: how far the line that it starts on is moved in.
  func text(at depth: Int = 0) -> String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    // The smallest number has no literal: Nix reads a minus as an operator.
    case .int(let value): value == .min ? "(-\(Int.max) - 1)" : "\(value)"
    case .string(let text): Self.quoted(text)
    case .path(let path), .code(let path): path
    case .list(let elements): Self.list(elements, at: depth)
    case .set(let attributes): Self.set(attributes, at: depth)
    case .function(let parameters, let body): Self.function(parameters, body, at: depth)
    }
  }

  private static func list(_ elements: [NixExpression], at depth: Int) -> String {
    if elements.isEmpty { return "[ ]" }
    let line = "[ " + elements.map { $0.element(at: depth) }.joined(separator: " ") + " ]"
    if !line.contains("\n"), elements.count <= 6, 2 * depth + line.count <= width - 20 { return line }
    let inner = indentation(depth + 1)
    return "[\n" + elements.map { inner + $0.element(at: depth + 1) + "\n" }.joined() + indentation(depth) + "]"
  }

  /// In a list, what is made of several words is one element only in parentheses.
  private func element(at depth: Int) -> String {
    switch self {
    case .function: return "(" + text(at: depth) + ")"
    case .int(let value) where value < 0: return value == .min ? text() : "(\(value))"
    case .code(let code) where code.contains(" "): return "(\(code))"
    default: return text(at: depth)
    }
  }

  private static func set(_ attributes: [NixAttribute], at depth: Int) -> String {
    if attributes.isEmpty { return "{ }" }
    let inner = indentation(depth + 1)
    var text = "{\n"
    for attribute in attributes {
      for line in attribute.comment { text += "\(inner)# \(line)\n" }
      let name = attribute.path.map(Self.name).joined(separator: ".")
      text += "\(inner)\(name) = \(attribute.value.text(at: depth + 1));\n"
    }
    return text + indentation(depth) + "}"
  }

  private static func function(_ parameters: [String], _ body: NixExpression, at depth: Int) -> String {
    if parameters.count < 2 {
      return "{ \((parameters + ["..."]).joined(separator: ", ")) }:\n" + indentation(depth) + body.text(at: depth)
    }
    let inner = indentation(depth + 1)
    let names = (parameters.map { "\($0)," } + ["..."]).map { "\(inner)\($0)\n" }.joined()
    return "{\n\(names)\(indentation(depth))}:\n\(indentation(depth))\(body.text(at: depth))"
  }

  private static func indentation(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

  private static let keywords: Set<String> = [
    "assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with",
  ]

  /// A name as an attribute: in quotes where Nix would read something else.
  /// https://nix.dev/manual/nix/latest/language/identifiers
  static func name(_ name: String) -> String {
    let isPlain =
      name.unicodeScalars.first.map { $0 == "_" || $0.isASCII && $0.properties.isAlphabetic } ?? false
      && name.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || "0"..."9" ~= scalar)
          || "_-'".unicodeScalars.contains(scalar)
      }
    return isPlain && !keywords.contains(name) ? name : quoted(name)
  }

  /// https://nix.dev/manual/nix/latest/language/string-literals
  static func quoted(_ text: String) -> String {
    var result = "\""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "$" where index + 1 < scalars.count && scalars[index + 1] == "{": result += "\\$"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension RenderedFile {
  /// A file of Nix under the sentence that says where it comes from.
  init(_ path: String, nix expression: NixExpression, about: String...) {
    self.init(path, nix: expression.file, about: about)
  }

  init(_ path: String, nix text: String, about: [String]) {
    let lines = ["Made by croft render from cluster.yaml. Not to be edited."] + about
    self.init(path, lines.map { "# \($0)\n" }.joined() + text)
  }
}
