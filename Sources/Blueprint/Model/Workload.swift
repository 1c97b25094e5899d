public import Diagnostics
public import JSON

/// An application given as one container image; Croft makes the objects around it.
public struct Workload: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable { case deployment = "Deployment", statefulSet = "StatefulSet" }

  public var image: String
  /// `nil`: StatefulSet where more than one replica has storage of its own, else Deployment.
  public var kind: Kind?
  public var replicas: Int
  public var command: [String]
  public var args: [String]
  public var ports: [Port]
  public var env: [EnvironmentVariable]
  /// Existing Secrets whose keys become environment variables.
  public var secrets: [String]
  public var storage: [Volume]
  public var probe: Probe?
  public var resources: Resources
  public var security: Security
  public var service: ServiceSpec
  public var nodeSelector: [String: String]
  public var tolerations: [JSON]
  public var hostNetwork: Bool
  public var revisionHistoryLimit: Int
  /// Where the image is written.
  public var span: SourceSpan
  /// The SecretProviderClass of files under `/secrets`; the catalogue fills it in.
  public var secretProviderClass: String?
  /// Containers that the platform puts beside the application's own, and their volumes; the catalogue fills them in.
  public var sidecars: [JSON] = []
  public var sidecarVolumes: [JSON] = []
  /// Where the keys beside the image are written, by key.
  public var places: [String: SourceSpan]

  public init(image: String, span: SourceSpan) {
    self.image = image
    self.span = span
    kind = nil
    replicas = 1
    command = []
    args = []
    ports = []
    env = []
    secrets = []
    storage = []
    probe = nil
    resources = Resources()
    security = Security()
    service = ServiceSpec()
    nodeSelector = [:]
    tolerations = []
    hostNetwork = false
    revisionHistoryLimit = 3
    places = [:]
  }

  public struct Port: Sendable, Equatable {
    public var name: String
    public var port: Int
    public var transport: String
    public init(name: String, port: Int, transport: String = "TCP") {
      self.name = name
      self.port = port
      self.transport = transport
    }
  }

  public struct EnvironmentVariable: Sendable, Equatable {
    public enum Value: Sendable, Equatable {
      case text(String)
      case secret(name: String, key: String)
      case configMap(name: String, key: String)
    }
    public var name: String
    public var value: Value
    public init(name: String, value: Value) {
      self.name = name
      self.value = value
    }
  }

  public struct Volume: Sendable, Equatable {
    public var name: String
    public var mount: String
    public enum Source: Sendable, Equatable {
      /// `size` as a Kubernetes quantity.
      case claim(size: String, storageClass: String?, accessMode: String)
      case existingClaim(String)
      case secret(String)
      case configMap(String)
      case emptyDir
    }
    public var source: Source
    public var readOnly: Bool
    /// `nil`: nothing was said of it.
    public var backup: VolumeBackup?
    /// Of the claim; the catalogue fills them in.
    public var labels: [String: String] = [:]
    public init(name: String, mount: String, source: Source, readOnly: Bool = false, backup: VolumeBackup? = nil) {
      self.name = name
      self.mount = mount
      self.source = source
      self.readOnly = readOnly
      self.backup = backup
    }
  }

  public struct Probe: Sendable, Equatable {
    public enum Check: Sendable, Equatable {
      case http(path: String, port: Int)
      case tcp(port: Int)
      case command([String])
      /// The file says `probe: false`.
      case off
    }
    public var check: Check
    public init(_ check: Check) { self.check = check }
  }

  /// Kubernetes quantities; `nil` leaves the default or sets no limit.
  public struct Resources: Sendable, Equatable {
    public var cpu = "50m"
    public var memory = "128Mi"
    public var cpuLimit: String?
    public var memoryLimit: String?
    public init() {}
  }

  public struct Security: Sendable, Equatable {
    public var user: Int?
    public var group: Int?
    public var readOnlyRootFilesystem = false
    /// `nil`: true unless `user` is 0.
    public var runAsNonRoot: Bool?
    public var privileged = false
    public var capabilities: [String] = []
    public init() {}
  }

  public struct ServiceSpec: Sendable, Equatable {
    public enum Exposure: String, Sendable, CaseIterable {
      case clusterIP = "ClusterIP", loadBalancer = "LoadBalancer", nodePort = "NodePort"
    }
    public var type = Exposure.clusterIP
    public var address: String?
    public var annotations: [String: String] = [:]
    public init() {}
  }
}
