/// What a script answers, in parts that cannot be taken for each other.
///
/// ```
/// @NAME
///  a line of the part, with a blank before it
/// =ok
/// ```
/// and `.end` behind the last part. Lines before the first `@`, which the login may have written, are left out. An answer
/// without its end was cut off.
struct Frames: Sendable, Equatable {
  struct Frame: Sendable, Equatable {
    var name: String
    var lines: [Substring]
    /// `ok`, `unknown the reason`, or the status of a command.
    var status: Substring
  }

  var frames: [Frame] = []

  /// - Throws: `FrameError`.
  init(parsing bytes: [UInt8]) throws(FrameError) {
    let text = String(decoding: bytes, as: UTF8.self)
    var open: Frame?
    var isOver = false
    // Not by characters: a carriage return and a line feed would be one of them.
    for scalars in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
      if isOver { break }
      let line = Substring(scalars)
      let rest = Substring(scalars.dropFirst())
      if var frame = open {
        switch scalars.first {
        case " ":
          frame.lines.append(rest)
          open = frame
        case "=":
          frame.status = rest
          frames.append(frame)
          open = nil
        default: throw line.isEmpty ? .truncated(in: frame.name) : .stray(String(line), in: frame.name)
        }
        continue
      }
      if scalars.first == "@" {
        open = Frame(name: String(rest), lines: [], status: "")
      } else if line == ".end" {
        isOver = true
      } else if !frames.isEmpty, !line.isEmpty {
        throw .stray(String(line), in: nil)
      }
    }
    if let open { throw .truncated(in: open.name) }
    if !isOver {
      guard let last = frames.last else { throw .empty(found: String(text.prefix(200))) }
      throw .truncated(after: last.name)
    }
  }

  subscript(name: String) -> Frame? { frames.first { $0.name == name } }
}

/// Why an answer cannot be used.
enum FrameError: Error, Equatable, CustomStringConvertible {
  /// None of it is there.
  case empty(found: String)
  case truncated(in: String? = nil, after: String? = nil)
  case stray(String, in: String?)

  var description: String {
    switch self {
    case .empty(let found):
      found.isEmpty
        ? "expected an answer, found nothing"
        : "expected an answer, found \u{201C}\(found.split(separator: "\n").first ?? "")\u{201D}"
    case .truncated(let part?, _): "the answer was cut off in the part '\(part)'"
    case .truncated(nil, let part): "the answer was cut off behind the part '\(part ?? "")'"
    case .stray(let line, let part):
      "expected a line of the answer, found \u{201C}\(line)\u{201D}" + (part.map { " in the part '\($0)'" } ?? "")
    }
  }
}
