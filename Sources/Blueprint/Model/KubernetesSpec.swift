public import Diagnostics
public import JSON

/// The Kubernetes that runs on the nodes.
public struct KubernetesSpec: Sendable, Equatable {
  public enum Distribution: String, Sendable, CaseIterable { case k3s, k3d, talos, upstream }
  public enum Datastore: String, Sendable, CaseIterable { case etcd, sqlite }

  public var distribution: Distribution
  /// `v1.33.4+k3s1`
  public var version: String?
  public var tlsSANs: [String]
  /// Whether Secrets are encrypted at rest.
  public var secretsEncryption = false
  /// k3s; `nil`: SQLite with one server, etcd with more.
  public var datastore: Datastore?
  /// Components that k3s would bring and that are not wanted.
  public var disable: [Located<String>] = []
  public var kubeconfig = Kubeconfig()
  /// The API's port.
  public var port = 6443
  public var imageGarbageCollection: ImageGarbageCollection?
  /// More keys of k3s's config.yaml, for servers and for agents, as they are.
  public var serverConfig: JSON = [:]
  public var agentConfig: JSON = [:]
  /// k3s: where machines get it from.
  public var install = Install.release(mirror: nil)
  /// Environment variables of what runs Kubernetes on every node.
  public var environment: [String: String] = [:]
  /// Where nodes look first for images.
  public var registryMirrors: [Talos.RegistryMirror] = []
  public var k3d: K3d?
  public var talos: Talos?
  public var span: SourceSpan

  public init(distribution: Distribution, version: String? = nil, tlsSANs: [String] = [], span: SourceSpan) {
    self.distribution = distribution
    self.version = version
    self.tlsSANs = tlsSANs
    self.span = span
  }

  public enum Install: Sendable, Equatable {
    /// Each machine downloads it and compares its checksum; from the project's releases where no mirror is named.
    case release(mirror: String?)
    /// A k3s program beside the cluster file or elsewhere on this machine.
    case binary(String)
    /// A folder with the files of a release.
    case airGap(String)
  }

  /// Where the cluster's kubeconfig is written.
  public struct Kubeconfig: Sendable, Equatable {
    public var path: String?
    /// `0640`
    public var mode: String?
    /// The group that owns the file.
    public var group: String?
    public var span: SourceSpan?
    public init() {}
  }

  /// The kubelet removes unused images from `high` % of the disk down to `low` %.
  public struct ImageGarbageCollection: Sendable, Equatable {
    public var high: Int
    public var low: Int
    public init(high: Int, low: Int) {
      self.high = high
      self.low = low
    }
  }

  /// k3s inside the Docker daemon of one host.
  public struct K3d: Sendable, Equatable {
    /// Where local-path volumes live on the host.
    public var storage: String?
    /// The host's user group or unit settings are derived; this is where the API listens.
    public var apiAddress = "127.0.0.1"
    /// Ports of the host that lead into the cluster: `8080:80@loadbalancer`.
    public var ports: [Located<String>] = []
    public init() {}
  }

  public struct Talos: Sendable, Equatable {
    /// The version of Talos itself: `v1.13.1`.
    public var version: String?
    /// The id of an Image Factory schematic for all nodes.
    public var schematic: String?
    /// Official system extensions of every node: `siderolabs/iscsi-tools`.
    public var extensions: [String] = []
    /// Words of every node's kernel command line.
    public var kernelArgs: [String] = []
    /// How the state and the data of a node are encrypted; `nil`: they are not.
    public var diskEncryption: DiskEncryption?
    public var registryMirrors: [RegistryMirror] = []
    /// Documents laid over the generated ones.
    public var globalPatches: [JSON] = []
    public var controlPlanePatches: [JSON] = []
    public var workerPatches: [JSON] = []
    public init() {}

    /// Where the key of an encrypted disk comes from.
    public enum DiskEncryption: String, Sendable, CaseIterable {
      /// From the machine's own identity: protects a disk that leaves the machine.
      case nodeID = "node-id"
      case tpm
    }

    /// Where the images of a registry are looked for first.
    public struct RegistryMirror: Sendable, Equatable {
      /// `docker.io`, or `*` for every one.
      public var registry: String
      public var endpoints: [String]
      public init(registry: String, endpoints: [String]) {
        self.registry = registry
        self.endpoints = endpoints
      }
    }
  }
}
