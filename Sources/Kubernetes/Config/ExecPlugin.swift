public import JSON

/// A program that makes credentials, as a kubeconfig names it (`client.authentication.k8s.io`).
public struct ExecPlugin: Sendable, Equatable {
  public enum InteractiveMode: String, Sendable {
    case never = "Never"
    case ifAvailable = "IfAvailable"
    case always = "Always"
  }

  /// `client.authentication.k8s.io/v1` or `/v1beta1`.
  public var apiVersion: String
  /// A path, or a name looked up in PATH.
  public var command: String
  public var arguments: [String]
  /// Added to this process's environment.
  public var environment: [String: String]
  public var interactiveMode: InteractiveMode
  /// What to tell a user who does not have the program.
  public var installHint: String?
  /// The cluster as `KUBERNETES_EXEC_INFO` describes it to the program; `nil` where it does not ask for that.
  public var clusterInfo: JSON?

  public init(
    apiVersion: String, command: String, arguments: [String] = [], environment: [String: String] = [:],
    interactiveMode: InteractiveMode = .ifAvailable, installHint: String? = nil, clusterInfo: JSON? = nil
  ) {
    self.apiVersion = apiVersion
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.interactiveMode = interactiveMode
    self.installHint = installHint
    self.clusterInfo = clusterInfo
  }
}
