import Diagnostics
import YAML

/// Puts a recipient under `secrets.recipients` of a cluster file, and leaves every other character as it is.
public enum RecipientEdit {
  /// - Returns: the new text; `nil` where the recipient is there already.
  /// - Throws: `SecretsError.syntax` where the file's form leaves no place that is sure to be right.
  public static func add(_ recipient: String, to content: [UInt8], file: String) throws(SecretsError) -> [UInt8]? {
    let documents = try parse(content, file)
    guard let root = documents.first, case .mapping = root.content else {
      throw .syntax(file: file, message: "expected the keys of a cluster; \(byHand(recipient))")
    }
    let known = root["secrets"]?["recipients"]?.elements.compactMap { $0.scalar?.text } ?? []
    if known.contains(recipient) { return nil }
    var edit = Edit(content)
    place(recipient, in: root, next: documents.dropFirst().first, &edit)
    // The text was changed without understanding all of it. What it says now has to be the same and the recipient.
    let changed = (try? parse(edit.bytes, file)) ?? []
    guard changed.first?["secrets"]?["recipients"]?.elements.compactMap({ $0.scalar?.text }) == known + [recipient],
      values(changed) == values(documents)
    else { throw .syntax(file: file, message: byHand(recipient)) }
    return edit.bytes
  }

  private static func byHand(_ recipient: String) -> String {
    "the recipient finds no place of its own; add it yourself: 'secrets: {backend: sops, recipients: [\(recipient)]}'"
  }

  private static func parse(_ content: [UInt8], _ file: String) throws(SecretsError) -> [Node] {
    do throws(YAMLError) { return try Document.parse(content, file: file) } catch {
      throw .syntax(file: file, message: "line \(error.span.line): \(error.message)")
    }
  }

  /// Everything but the recipients, and the back-end that stands beside them.
  private static func values(_ documents: [Node]) -> [Value] {
    documents.enumerated().map { index, document in
      var value = Value(document.json).mapping ?? Branch()
      if index == 0, var secrets = value["secrets"]?.mapping ?? (value["secrets"] == .null ? Branch() : nil) {
        secrets["recipients"] = nil
        if secrets["backend"] == .text("sops") { secrets["backend"] = nil }
        value["secrets"] = secrets.items.isEmpty ? nil : .mapping(secrets)
      }
      return .mapping(value)
    }
  }

  private static func place(_ recipient: String, in root: Node, next: Node?, _ edit: inout Edit) {
    guard let secrets = root.entries.first(where: { $0.key == "secrets" }) else {
      edit.append("secrets:\n  backend: sops\n  recipients: [\(recipient)]\n", beforeMarkOf: next?.span.line)
      return
    }
    let list = secrets.value["recipients"]
    if let list, case .sequence(let elements) = list.content {
      if edit.character(at: list.span) == "[" {
        if let last = elements.last {
          edit.insert(", \(recipient)", line: last.span.line, column: last.span.column + last.span.length)
        } else {
          edit.insert(recipient, line: list.span.line, column: list.span.column + 1)
        }
      } else if let last = elements.last {
        let indent = String(repeating: " ", count: list.span.column - 1)
        edit.insertLine("\(indent)- \(recipient)", after: last.span.line)
      }
    } else if list == nil, case .mapping(let entries) = secrets.value.content {
      if edit.character(at: secrets.value.span) == "{" {
        edit.insert(
          entries.isEmpty ? "backend: sops, recipients: [\(recipient)]" : "recipients: [\(recipient)], ",
          line: secrets.value.span.line,
          column: secrets.value.span.column + 1)
      } else if let first = entries.first {
        let indent = String(repeating: " ", count: first.keySpan.column - 1)
        edit.insertLine("\(indent)recipients: [\(recipient)]", after: first.keySpan.line - 1)
      }
    } else if secrets.value.isNull, secrets.value.scalar?.text.isEmpty == true {
      edit.insertLine("  backend: sops\n  recipients: [\(recipient)]", after: secrets.keySpan.line)
    }
  }

  /// Lines of a text, to put something between.
  private struct Edit {
    private var lines: [String]
    private let mark: Bool

    init(_ content: [UInt8]) {
      mark = content.starts(with: [0xEF, 0xBB, 0xBF])
      let text = String(decoding: content.dropFirst(mark ? 3 : 0), as: UTF8.self)
      lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var bytes: [UInt8] { (mark ? [0xEF, 0xBB, 0xBF] : []) + Array(lines.joined(separator: "\n").utf8) }

    func character(at span: SourceSpan) -> Unicode.Scalar? {
      guard lines.indices.contains(span.line - 1) else { return nil }
      return lines[span.line - 1].unicodeScalars.dropFirst(span.column - 1).first
    }

    mutating func insert(_ text: String, line: Int, column: Int) {
      guard lines.indices.contains(line - 1) else { return }
      let scalars = lines[line - 1].unicodeScalars
      lines[line - 1] = String(scalars.prefix(column - 1)) + text + String(scalars.dropFirst(column - 1))
    }

    mutating func insertLine(_ text: String, after line: Int) { lines.insert(text, at: min(line, lines.count)) }

    /// At the end, or before the `---` of the next document.
    mutating func append(_ text: String, beforeMarkOf next: Int?) {
      var end = lines.count
      if let next {
        end = (lines[..<min(next, lines.count)].lastIndex { $0.hasPrefix("---") }) ?? end
      } else if lines.last?.isEmpty == true {
        end -= 1
      } else {
        lines.append("")
      }
      lines.insert("\n" + text.dropLast(), at: end)
    }
  }
}
