/// Gives equal strings one storage: in a list of Kubernetes objects most member names and many values repeat.
///
/// Strings of up to 15 bytes need no storage, and long ones rarely repeat.
struct StringCache {
  private static let lengths = 16...80
  private static let size = 1024
  private var entries = [String?](repeating: nil, count: size)

  /// - Parameter bytes: ASCII.
  mutating func string(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard Self.lengths.contains(bytes.count) else { return String(decoding: bytes, as: UTF8.self) }
    var hash: UInt32 = 2_166_136_261
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    let slot = Int((hash ^ hash >> 16) % UInt32(Self.size))
    if var known = entries[slot], known.withUTF8({ $0.elementsEqual(bytes) }) { return known }
    let text = String(decoding: bytes, as: UTF8.self)
    entries[slot] = text
    return text
  }
}
