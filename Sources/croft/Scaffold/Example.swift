import CExamples

/// A cluster of examples/, as this program carries it.
struct Example: Sendable {
  var name: String
  var files: [ScaffoldFile] = []

  /// Every example, by name.
  static let all: [Example] = {
    var examples: [Example] = []
    var index = 0
    while let file = croft_example_file(index)?.pointee {
      index += 1
      let name = String(cString: file.example)
      if examples.last?.name != name { examples.append(Example(name: name)) }
      let bytes = UnsafeBufferPointer(start: file.bytes, count: file.count)
      examples[examples.count - 1].files.append(
        ScaffoldFile(path: String(cString: file.path), text: String(decoding: bytes, as: UTF8.self)))
    }
    return examples
  }()
}

/// A file of a new cluster's folder.
struct ScaffoldFile: Sendable, Equatable {
  /// From the cluster's folder.
  var path: String
  var text: String
}
