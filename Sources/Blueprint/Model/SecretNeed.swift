/// A Secret that somebody has to provide.
package struct SecretNeed: Sendable, Equatable {
  package var name: String
  package var namespace: String
  package var keys: [String]
  /// What it is for, in a sentence.
  package var reason: String
  /// Labels that whoever reads the Secret finds it by.
  package var labels: [String: String] = [:]
  package init(_ name: String, in namespace: String, keys: [String], for reason: String) {
    self.name = name
    self.namespace = namespace
    self.keys = keys
    self.reason = reason
  }
}
