public import JSON
import YAML

/// One file of the generated tree.
public struct RenderedFile: Sendable, Equatable {
  /// From the folder `generated/`.
  public var path: String
  public var bytes: [UInt8]

  public init(_ path: String, _ text: String) {
    self.path = path
    bytes = Array(text.utf8)
  }

  /// A file of YAML documents.
  public init(_ path: String, yaml documents: [JSON]) {
    self.path = path
    bytes = documents.yaml
  }

  public var text: String { String(decoding: bytes, as: UTF8.self) }
}
