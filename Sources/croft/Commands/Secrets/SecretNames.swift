import Secrets

/// Names for completion. Keys stand in secret files for everyone to read, so no private key is needed.
struct SecretNames {
  var context: Context
  var invocation: Invocation

  private var all: SecretFiles? {
    (try? Directories.cluster(invocation.value("directory"))).map { SecretFiles(directory: $0) }
  }

  func files() -> [Completer.Candidate] {
    ((try? all?.all()) ?? []).map { .init(value: $0.name, help: $0.path) }
  }

  func keys() -> [Completer.Candidate] {
    guard let name = invocation.arguments.first, let file = try? all?.find(name), let sealed = try? file.read() else {
      return []
    }
    return sealed.documents.flatMap { paths($0, []) }.map { .init(value: "\(ValuePath(keys: $0))", help: "") }
  }

  private func paths(_ branch: Branch, _ path: [String]) -> [[String]] {
    branch.items.flatMap { item in
      item.value.mapping.map { paths($0, path + [item.key]) } ?? [path + [item.key]]
    }
  }
}
