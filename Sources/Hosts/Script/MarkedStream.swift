@preconcurrency import Glibc

/// One output of a wrapped script: what stands between the two marks, as bytes and as lines.
struct MarkedStream: Sendable {
  /// What came before the first mark, or since it.
  private(set) var bytes: [UInt8] = []
  private(set) var hasStarted = false
  /// What the last mark says, once it came.
  private(set) var status: Int32?
  private let startMark: [UInt8]
  private let endMark: [UInt8]
  /// How much of `bytes` was looked through, and told as lines.
  private var searched = 0
  private var told = 0
  /// Up to here there is no line break behind `told`.
  private var scanned = 0

  init(nonce: String) {
    startMark = Array("\(nonce) ready\n".utf8)
    endMark = Array("\n\(nonce) ".utf8)
  }

  /// - Returns: The lines that are complete now.
  mutating func append(_ chunk: [UInt8]) -> [String] {
    guard status == nil else { return [] }
    bytes += chunk
    if !hasStarted {
      guard let start = find(startMark) else { return [] }
      hasStarted = true
      bytes.removeFirst(start + startMark.count)
      searched = 0
    }
    if let end = find(endMark), let lineEnd = bytes[(end + endMark.count)...].firstIndex(of: UInt8(ascii: "\n")) {
      status = Int32(String(decoding: bytes[(end + endMark.count)..<lineEnd], as: UTF8.self))
      bytes.removeSubrange(end...)
    }
    return lines()
  }

  /// The place of a mark that was not there before.
  private mutating func find(_ mark: [UInt8]) -> Int? {
    let from = searched
    searched = max(0, bytes.count - mark.count)
    return bytes.withUnsafeBytes { all -> Int? in
      guard let base = all.baseAddress, all.count - from >= mark.count else { return nil }
      var place = from
      while place + mark.count <= all.count {
        guard let hit = memchr(base + place, Int32(mark[0]), all.count - mark.count + 1 - place) else { return nil }
        place = UnsafeRawPointer(hit) - base
        if memcmp(hit, mark, mark.count) == 0 {
          searched = place
          return place
        }
        place += 1
      }
      return nil
    }
  }

  private mutating func lines() -> [String] {
    var result: [String] = []
    while let end = lineBreak(from: max(told, scanned)) {
      // The last line break may belong to the mark that comes next.
      if status == nil, end == told, end == bytes.count - 1 {
        scanned = end
        return result
      }
      result.append(text(bytes[told..<end]))
      told = end + 1
    }
    scanned = bytes.count
    if status != nil, told < bytes.count {
      result.append(text(bytes[told...]))
      told = bytes.count
    }
    return result
  }

  private func lineBreak(from start: Int) -> Int? {
    guard start < bytes.count else { return nil }
    return bytes.withUnsafeBytes { all in
      let base = all.baseAddress!
      return memchr(base + start, Int32(UInt8(ascii: "\n")), all.count - start).map { UnsafeRawPointer($0) - base }
    }
  }

  private func text(_ line: ArraySlice<UInt8>) -> String {
    String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
  }
}
