import Diagnostics
import YAML

/// YAML, laid out as SOPS does: block style, four spaces a level.
enum YAMLFile {
  static func read(_ bytes: [UInt8], file: String) throws(SecretsError) -> [Branch] {
    let documents: [Node]
    let comments: [Comment]
    do throws(YAMLError) {
      documents = try Document.parse(bytes, file: file)
      comments = try Document.comments(bytes, file: file)
    } catch {
      throw .syntax(file: file, message: "line \(error.span.line): \(error.message)")
    }
    var reader = YAMLBranchReader(comments: comments, file: file)
    var branches: [Branch] = []
    for (index, document) in documents.enumerated() {
      let next = index + 1 < documents.count ? documents[index + 1].span.line : Int.max
      branches.append(try reader.document(document, until: next))
    }
    return branches
  }

  static func write(_ documents: [Branch]) -> String {
    documents.map { document in
      var writer = YAMLBranchWriter()
      writer.document(document)
      return writer.text
    }.joined(separator: "---\n")
  }
}

/// Nodes and comments → branches: each comment goes to the item it stands before, beside or behind.
struct YAMLBranchReader {
  /// Where the next item is: what a comment in between is measured against.
  private struct Place {
    var line: Int
    var column: Int
    static let end = Place(line: Int.max, column: 0)
  }

  private var comments: ArraySlice<Comment>
  private let file: String
  /// The line of the item before. What an alias repeats is written further up, and has no comments here.
  private var line = 0
  private var problem: SecretsError?

  init(comments: [Comment], file: String) {
    self.comments = comments[...]
    self.file = file
  }

  mutating func document(_ node: Node, until end: Int) throws(SecretsError) -> Branch {
    guard case .mapping = node.content else {
      throw .syntax(file: file, message: "line \(node.span.line): expected keys and values at the top")
    }
    line = 0
    let branch = branch(node, next: Place(line: end, column: 0), isRoot: true)
    if let problem { throw problem }
    return branch
  }

  private mutating func branch(_ node: Node, next: Place, isRoot: Bool = false) -> Branch {
    var branch = Branch()
    let column = node.span.column
    let inMapping = if case .mapping = node.content { true } else { false }
    let members: [(key: String, line: Int, value: Node)] =
      switch node.content {
      case .mapping(let entries): entries.map { ($0.key, $0.keySpan.line, $0.value) }
      case .sequence(let elements): elements.map { ("", $0.span.line, $0) }
      case .scalar: []
      }
    for (index, member) in members.enumerated() {
      var item = Item(member.key, .null)
      let isRepeated = member.line < line
      let following =
        index + 1 < members.count && members[index + 1].line >= member.line
        ? Place(line: members[index + 1].line, column: column) : next
      if !isRepeated {
        line = member.line
        while let comment = comments.first, comment.span.line < member.line { item.before.append(take(comment)) }
      }
      item.value = value(
        member.value, of: &item, at: member.line, next: following, isRepeated: isRepeated, inMapping: inMapping)
      branch.items.append(item)
    }
    while let comment = comments.first, comment.span.line < next.line,
      isRoot || comment.span.column >= column && comment.span.column > next.column
    {
      branch.trailing.append(take(comment))
    }
    return branch
  }

  private mutating func value(
    _ node: Node, of item: inout Item, at itemLine: Int, next: Place, isRepeated: Bool, inMapping: Bool
  ) -> Value {
    if let scalar = node.scalar {
      if !isRepeated, let comment = comments.first, comment.isBesideContent, comment.span.line < next.line {
        item.beside = take(comment)
      }
      let value = YAMLScalar.value(scalar)
      if case .float = value, scalar.text.allSatisfy(\.isNumber), Int(scalar.text) == nil, scalar.text.first != "0" {
        problem = .syntax(
          file: file, message: "line \(node.span.line): the number is too large to be kept; put it in quotes")
      }
      return value
    }
    // An alias: what it stands for is written before.
    let isAlias = isRepeated || node.span.line < itemLine
    // In a mapping, what begins on the key's line is in braces or brackets; in a list it can be a block.
    if !isAlias, let comment = comments.first, comment.isBesideContent, comment.span.line == itemLine,
      inMapping || comment.span.line < (firstLine(node) ?? Int.max)
    {
      item.beside = take(comment)
    }
    let branch: Branch
    if isAlias {
      var plain = YAMLBranchReader(comments: [], file: file)
      branch = plain.branch(node, next: .end)
    } else {
      branch = self.branch(node, next: next)
    }
    if case .sequence = node.content { return .list(branch) }
    return .mapping(branch)
  }

  private func firstLine(_ node: Node) -> Int? {
    switch node.content {
    case .mapping(let entries): entries.first?.keySpan.line
    case .sequence(let elements): elements.first?.span.line
    case .scalar: nil
    }
  }

  private mutating func take(_ comment: Comment) -> String {
    comments.removeFirst()
    return comment.text
  }
}
