import JSON

/// Reads the members of one entry of a kubeconfig, with errors that say where.
struct EntryReader {
  var entry: Kubeconfig.Entry
  /// `/home/me/.kube/config: user me`.
  var place: String

  init(_ entry: Kubeconfig.Entry, _ place: String) {
    self.entry = entry
    self.place = place
  }

  /// `nil` where it is missing or empty.
  func text(_ key: String) throws(KubernetesError) -> String? {
    guard let value = entry.json[key], !value.isNull else { return nil }
    guard let text = value.string else { throw .configuration("\(place): expected a text in \(key)") }
    return text.isEmpty ? nil : text
  }

  func required(_ key: String) throws(KubernetesError) -> String {
    guard let text = try text(key) else { throw .configuration("\(place): \(key) is missing") }
    return text
  }

  func flag(_ key: String) throws(KubernetesError) -> Bool {
    guard let value = entry.json[key], !value.isNull else { return false }
    guard let flag = value.bool else { throw .configuration("\(place): expected true or false in \(key)") }
    return flag
  }

  func texts(_ key: String) throws(KubernetesError) -> [String] {
    guard let value = entry.json[key], !value.isNull else { return [] }
    guard let texts = value.array?.map(\.string), texts.allSatisfy({ $0 != nil }) else {
      throw .configuration("\(place): expected a list of texts in \(key)")
    }
    return texts.compactMap { $0 }
  }

  func textLists(_ key: String) throws(KubernetesError) -> [String: [String]] {
    guard let value = entry.json[key], !value.isNull else { return [:] }
    var result: [String: [String]] = [:]
    for member in value.object?.members ?? [] { result[member.key] = (member.value.array ?? []).compactMap(\.string) }
    return result
  }

  /// Reads `key-data`, which is base 64, else the file that `key` names.
  /// - Returns: The content, and the file's path where it came from one.
  func file(_ key: String) throws(KubernetesError) -> (bytes: [UInt8], path: String?)? {
    if let data = try text("\(key)-data") {
      guard let bytes = Base64.decode(data) else {
        throw .configuration("\(place): expected base 64 in \(key)-data; was a PEM file put there as it is?")
      }
      return (bytes, nil)
    }
    guard let name = try text(key) else { return nil }
    let path = path(name)
    do throws(LocalFile.Failure) {
      return (try LocalFile.read(path), path)
    } catch {
      throw .configuration("\(place): the file of \(key) cannot be read: \(path): \(error)")
    }
  }

  /// Relative paths start from the kubeconfig's folder.
  func path(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    let folder = entry.file.lastIndex(of: "/").map { entry.file[..<$0] } ?? "."
    return "\(folder)/\(path)"
  }
}
