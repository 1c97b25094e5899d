import Glibc
import JSON
import Testing
import YAML

/// What holds for every stream that can be read: the same values and comments, and nothing left to do.
@Suite struct FormatPropertyTests {
  private func check(_ bytes: [UInt8], _ name: String) throws {
    let formatted = Array(try Document.format(bytes, file: name).utf8)
    let again = try Document.format(formatted, file: name)
    #expect(Array(again.utf8) == formatted, "\(name): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
    let before = Document.read(bytes, file: name)
    let after = Document.read(formatted, file: name)
    #expect(after.problems.isEmpty, "\(name)")
    #expect(before.documents.map(Said.init) == after.documents.map(Said.init), "\(name)")
    let lines = formatted.split(separator: 0x0A, omittingEmptySubsequences: false)
    #expect(!lines.contains { $0.contains(0x0D) } || bytes.contains(0x5C), "\(name)")
  }

  /// A node without its place.
  private struct Said: Equatable {
    var scalar: Node.Scalar?
    var elements: [Said]
    var keys: [String]
    var values: [Said]
    init(_ node: Node) {
      scalar = node.scalar
      elements = node.elements.map(Said.init)
      keys = node.entries.map(\.key)
      values = node.entries.map { Said($0.value) }
    }
  }

  @Test func everyFileOfThisRepository() throws {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    var read = 0
    for folder in ["examples", "Tests"] {
      for file in try files(in: "\(root)/\(folder)") where file.hasSuffix(".yaml") {
        let bytes = try content(of: file)
        guard Document.read(bytes, file: file).problems.isEmpty else { continue }
        try check(bytes, file)
        read += 1
      }
    }
    #expect(read > 100)
  }

  @Test(arguments: 1...8) func randomLayouts(part: UInt64) throws {
    var read = 0
    for index in 0..<80 {
      var layout = RandomLayout(seed: (part << 32 | UInt64(index)) &* 0x9E37_79B9_7F4A_7C15 | 1)
      let bytes = Array(layout.stream().utf8)
      guard Document.read(bytes, file: "a").problems.isEmpty else { continue }
      try check(bytes, "seed \(part), \(index)")
      let text = try Document.format(bytes, file: "a")
      for number in 1...max(1, layout.comments) where layout.comments > 0 {
        let isThere = text.split(separator: "\n").contains { line in
          line.split(separator: " ").contains { $0 == "c\(number)" || $0 == "#c\(number)" || $0 == "##c\(number)" }
        }
        #expect(isThere, "seed \(part), \(index): comment \(number) is lost")
      }
      read += 1
    }
    #expect(read > 40)
  }

  /// Broken, half-broken and strange: it is refused with problems, or formatted right.
  @Test func mutations() throws {
    var generator = RandomLayout.Generator(state: 0x2545_F491_4F6C_DD1D)
    let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let files = try files(in: "\(root)/Tests").filter { $0.hasSuffix(".yaml") }
    let seeds = try files.map(content(of:)).filter { $0.count < 1500 }
    let fragments = [
      "\t", "\n", " ", "  ", ": ", "- ", "&x ", "*x", "<<: ", "{", "}", "[", "]", "\"", "'", "|\n", ">2\n", "|+\n",
      "# c",
      "\n# c\n", "\n   # c\n", " # c\n", "\n\n\n", "\n - ", "!!int ", "\n---\n", "\n...\n", "? ", ",", "\r\n", "\r",
      "😀",
      "a: ", "\\",
    ]
    var (formatted, refused) = (0, 0)
    for index in 0..<1500 {
      guard var bytes = seeds.randomElement(using: &generator) else { break }
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let at = Int.random(in: 0...bytes.count, using: &generator)
        let end = min(bytes.count, at + Int.random(in: 0...10, using: &generator))
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.removeSubrange(at..<end)
        case 1: bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &generator))
        default: bytes.insert(contentsOf: (fragments.randomElement(using: &generator) ?? "").utf8, at: at)
        }
      }
      if Document.read(bytes, file: "a").problems.isEmpty {
        try check(bytes, "mutation \(index)")
        formatted += 1
      } else {
        #expect(throws: FormatError.self) { try Document.format(bytes, file: "a") }
        refused += 1
      }
    }
    #expect(formatted > 200 && refused > 200, "\(formatted) formatted, \(refused) refused")
  }

  // MARK: Files

  private func files(in folder: String) throws -> [String] {
    let directory = try #require(opendir(folder))
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      let path = "\(folder)/\(name)"
      if entry.pointee.d_type == DT_DIR { found += try files(in: path) } else { found.append(path) }
    }
    return found.sorted()
  }

  private func content(of path: String) throws -> [UInt8] {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }
}
