import Diagnostics
import YAML

extension Shape where Value == String {
  /// `[registry[:port]/]path[:tag][@digest]`
  /// (https://github.com/distribution/reference, the grammar at the top of reference.go).
  package static var image: Shape {
    let expected = "an image such as ghcr.io/example/web:1.2"
    return scalar(expected, schema: Schema.words(matching: ImageReference.pattern)) { text throws(Fault) in
      if let fault = ImageReference.fault(text) {
        throw Fault(
          code: "CR0211", message: "'\(text.shortened)' is not an image: \(fault)",
          fix: ImageReference.fault(text.lowercased()) == nil ? "write \(text.lowercased())" : "write \(expected)")
      }
      return text
    }
  }

  /// A file or folder beside the cluster file.
  package static func path(_ noun: String) -> Shape { filled("the path of \(noun)") }

  /// Where something is mounted inside a container.
  package static var mountPath: Shape {
    scalar("a path inside the container such as /data", schema: Schema.words(matching: "^/[^:]+$")) {
      text throws(Fault) in
      guard text.hasPrefix("/"), text.count > 1, !text.contains(":") else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a path inside the container",
          fix: "write a path that starts with '/' and holds no ':', such as /data")
      }
      return text
    }
  }
}

enum ImageReference {
  static let pattern =
    "^([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
    + "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha(256:[a-f0-9]{64}|384:[a-f0-9]{96}|512:[a-f0-9]{128}))?$"

  /// What is wrong; `nil` for a good reference.
  static func fault(_ text: String) -> String? {
    var rest = text[...]
    if rest.isEmpty { return "it is empty" }
    if rest.contains("://") { return "it has no scheme such as https://" }
    if let at = rest.firstIndex(of: "@") {
      if let fault = digestFault(rest[rest.index(after: at)...]) { return fault }
      rest = rest[..<at]
    }
    var parts = rest.split(separator: "/", omittingEmptySubsequences: false)
    if let last = parts.last, let colon = last.firstIndex(of: ":") {
      let tag = last[last.index(after: colon)...]
      guard (1...128).contains(tag.utf8.count), tag.first != ".", tag.first != "-",
        tag.utf8.allSatisfy({ Name.isAlphanumeric($0) || [0x2D, 0x2E, 0x5F].contains($0) })
      else { return "'\(tag)' is not a tag" }
      parts[parts.count - 1] = last[..<colon]
    }
    if parts.count > 1, isRegistry(parts[0]) { parts.removeFirst() }
    for part in parts where !isPathPart(part) {
      return part.isEmpty
        ? "a part of its path is empty" : "'\(part)' is not a part of its path, which is in lower case"
    }
    return nil
  }

  private static func isRegistry(_ text: Substring) -> Bool {
    guard text.contains(".") || text.contains(":") || text == "localhost" else { return false }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return Name.isSubdomain(parts[0].lowercased()) && (parts.count == 1 || UInt16(parts[1]) != nil)
  }

  private static func isPathPart(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    return Name.isLowerOrDigit(first) && Name.isLowerOrDigit(last)
      && text.utf8.allSatisfy { Name.isLowerOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
  }

  private static func digestFault(_ text: Substring) -> String? {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let lengths = ["sha256": 64, "sha384": 96, "sha512": 128]
    guard parts.count == 2, let length = lengths[String(parts[0])] else { return "its digest is sha256: and 64 digits" }
    guard parts[1].utf8.count == length, parts[1].allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
      return "its digest is \(parts[0]): and \(length) hexadecimal digits in lower case"
    }
    return nil
  }
}

extension Shape where Value == Dependency {
  /// The name of a release.
  package static var dependency: Shape {
    let name = Shape<String>.label("the name of a release", longest: 53)
    return Shape(name.expected, schema: name.schema) { node, problems in
      name.read(node, problems).map { Dependency(name: $0, span: node.span) }
    }
  }
}

extension Shape where Value == WaitTarget {
  /// `kind/name` or `kind/namespace/name`.
  package static var waitTarget: Shape {
    let expected = "what to wait for: kind/name or kind/namespace/name"
    let parts = Shape<[String]>.scalar(expected, schema: Schema.words(matching: "^[^/ ]+(/[^/ ]+){1,2}$")) {
      text throws(Fault) in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else {
        throw Fault(
          code: "CR0218", message: "'\(text.shortened)' is not kind/name or kind/namespace/name",
          fix: "write for example deployment/kube-system/coredns, or namespace/home")
      }
      guard parts[0].utf8.allSatisfy({ Name.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E }) else {
        throw Fault(
          code: "CR0218", message: "'\(parts[0])' is not a kind",
          fix: "write a kind such as deployment, or with its group certificate.cert-manager.io")
      }
      if parts.count == 3 { try Name.checkLabel(parts[1], "a namespace") }
      return parts
    }
    return Shape(expected, schema: parts.schema) { node, problems in
      parts.read(node, problems).map { parts in
        WaitTarget(
          resource: parts[0], namespace: parts.count == 3 ? parts[1] : nil, name: parts[parts.count - 1],
          span: node.span)
      }
    }
  }
}
