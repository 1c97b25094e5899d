/// Status and headers of an answer, read line by line as libcurl hands them over.
struct Head: Sendable, Equatable {
  /// `1.1`, `2`.
  var version = ""
  var status = 0
  var headers: [String: String] = [:]
}

struct HeadReader {
  private var head = Head()
  private(set) var isComplete = false

  /// Takes one line with its line end.
  /// - Returns: The head, when this line ended it. Interim answers (1xx) and trailers give nothing.
  mutating func read(_ line: UnsafeRawBufferPointer) -> Head? {
    if isComplete { return nil }
    if line.starts(with: "HTTP/".utf8) {
      head = Self.start(line)
      return nil
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      guard line.allSatisfy(Self.isSpace), head.status >= 200 else { return nil }
      isComplete = true
      return head
    }
    let name = line[..<colon]
    let value = line[(colon + 1)...]
    head.headers[Self.text(name).lowercased()] = Self.text(value)
    return nil
  }

  /// `HTTP/1.1 200 OK`, `HTTP/2 200 `.
  private static func start(_ line: UnsafeRawBufferPointer) -> Head {
    let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2).map(text)
    return Head(version: String(words[0].dropFirst("HTTP/".count)), status: words.count > 1 ? Int(words[1]) ?? 0 : 0)
  }

  private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    var bytes = bytes
    while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
}
