/// The characters (Unicode scalars) of a stream by their index, as libyaml counts them.
struct Characters {
  private let scalars: [Unicode.Scalar]

  /// - Parameter bytes: UTF-8 without a byte order mark.
  init(_ bytes: [UInt8]) { scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars) }

  var count: Int { scalars.count }
  subscript(index: Int) -> Unicode.Scalar { scalars[index] }

  /// Without white space at its end.
  func text(_ range: Range<Int>) -> String {
    var end = range.upperBound
    while end > range.lowerBound, Self.isBlank(scalars[end - 1]) { end -= 1 }
    return verbatim(range.lowerBound..<end)
  }

  func verbatim(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  /// What libyaml takes for the end of a line; U+0085, U+2028 and U+2029 are as in YAML 1.1.
  static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }

  static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

  /// Characters before this one on its line.
  func column(of index: Int) -> Int {
    var start = index
    while start > 0, !Self.isBreak(scalars[start - 1]) { start -= 1 }
    return index - start
  }

  /// The lines of a range without their ends (LF, CR LF or CR), each as a range. A line break at the end of the range
  /// ends the last line and starts no other.
  func lines(_ range: Range<Int>) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = range.lowerBound
    var index = start
    while index < range.upperBound {
      let scalar = scalars[index]
      index += 1
      guard scalar == "\n" || scalar == "\r" else { continue }
      lines.append(start..<index - 1)
      if scalar == "\r", index < range.upperBound, scalars[index] == "\n" { index += 1 }
      start = index
    }
    if start < range.upperBound { lines.append(start..<range.upperBound) }
    return lines
  }
}
