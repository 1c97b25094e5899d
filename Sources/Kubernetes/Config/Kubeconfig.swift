public import JSON

/// A kubeconfig, or several merged into one: clusters, users, and contexts that pair them.
///
/// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
public struct Kubeconfig: Sendable {
  /// A named entry, and the file that it stands in: relative paths in it start from that file's folder.
  public struct Entry: Sendable, Equatable {
    public var json: JSON
    public var file: String
    public init(json: JSON, file: String) {
      self.json = json
      self.file = file
    }
  }

  public var clusters: [String: Entry] = [:]
  public var users: [String: Entry] = [:]
  public var contexts: [String: Entry] = [:]
  public var currentContext: String?
  /// In the order of their precedence.
  public var files: [String] = []

  public init() {}

  /// - Parameters:
  ///   - json: The file's content.
  ///   - file: Its path, absolute so that what stands in it can be found.
  /// - Throws: `KubernetesError.configuration`.
  public init(_ json: JSON, file: String) throws(KubernetesError) {
    guard json.object != nil || json.isNull else {
      throw .configuration("\(file): expected a kubeconfig, a mapping with clusters, users and contexts")
    }
    if let kind = json["kind"]?.string, kind != "Config" {
      throw .configuration("\(file): expected a kubeconfig (kind: Config), this is a \(kind)")
    }
    clusters = try Self.entries(json, "clusters", "cluster", file)
    users = try Self.entries(json, "users", "user", file)
    contexts = try Self.entries(json, "contexts", "context", file)
    currentContext = json["current-context"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    files = [file]
  }

  /// Adds what is not there yet: of several files that define a name, the first one wins, as for kubectl.
  public mutating func merge(_ other: Kubeconfig) {
    clusters.merge(other.clusters) { mine, _ in mine }
    users.merge(other.users) { mine, _ in mine }
    contexts.merge(other.contexts) { mine, _ in mine }
    currentContext = currentContext ?? other.currentContext
    files += other.files
  }

  /// `home of /home/me/.kube/config`, for messages.
  var place: String { files.isEmpty ? "no file" : files.joined(separator: ", ") }

  private static func entries(
    _ json: JSON, _ list: String, _ member: String, _ file: String
  ) throws(KubernetesError) -> [String: Entry] {
    guard let value = json[list], !value.isNull else { return [:] }
    guard let elements = value.array else { throw .configuration("\(file): expected a list in \(list)") }
    var result: [String: Entry] = [:]
    for element in elements {
      guard let name = element["name"]?.string else {
        throw .configuration("\(file): expected a name in each element of \(list)")
      }
      if result[name] == nil { result[name] = Entry(json: element[member] ?? .null, file: file) }
    }
    return result
  }
}
