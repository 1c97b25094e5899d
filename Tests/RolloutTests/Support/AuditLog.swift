import Foundation
import JSON

/// What an API server writes down about one user's writes, by itself.
struct AuditLog: Sendable {
  struct Request: Sendable {
    var uri: String
    var code: Int
    /// Seconds since 1970.
    var received: Double
    var answered: Double
  }

  private let policy: String
  private let log: String

  init(in folder: String, of user: String, resource: String) throws {
    policy = folder + "/policy.yaml"
    log = folder + "/audit.log"
    let text = """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
        - {level: Metadata, users: [\(user)], verbs: [patch], resources: [{group: "", resources: [\(resource)]}]}
        - {level: None}
      """
    try text.write(toFile: policy, atomically: true, encoding: .utf8)
  }

  var apiServerArguments: [String] { ["--audit-policy-file=\(policy)", "--audit-log-path=\(log)"] }

  func requests() throws -> [Request] {
    try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map { line in
      let event = try JSON(parsing: String(line))
      return Request(
        uri: event["requestURI"]?.string ?? "", code: event[path: "responseStatus", "code"]?.int ?? 0,
        received: try Self.seconds(event["requestReceivedTimestamp"]),
        answered: try Self.seconds(event["stageTimestamp"]))
    }
  }

  /// Reads `2026-01-02T03:04:05.678901Z`.
  private static func seconds(_ time: JSON?) throws -> Double {
    let text = time?.string ?? ""
    let whole = try Date.ISO8601FormatStyle().parse(text.prefix(19) + "Z").timeIntervalSince1970
    return whole + (Double("0" + text.dropFirst(19).dropLast()) ?? 0)
  }
}
