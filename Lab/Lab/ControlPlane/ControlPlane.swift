import FoundationEssentials
import HTTP
public import Kubernetes
import Redaction

/// A real Kubernetes control plane on 127.0.0.1: etcd, kube-apiserver, kube-controller-manager, kube-scheduler.
///
/// Its files and processes live in one temporary folder and end with it, and with this process however that ends.
/// It has no nodes; `HollowNodes` adds some.
public actor ControlPlane {
  /// `https://127.0.0.1:PORT`
  public nonisolated let url: String
  /// Credentials of a cluster administrator (a client certificate of the group system:masters).
  public nonisolated let kubeconfigPath: String
  /// A bearer token of a cluster administrator. It is a static token: it works without the controller manager.
  public nonisolated let adminToken: String
  /// The administrator, for `Cluster`.
  public nonisolated let access: ClusterAccess
  public nonisolated let certificates: Certificates
  /// Everything of this control plane: data, certificates, logs. Removed when it stops.
  public nonisolated let folder: String

  private let options: Options
  private let ports: (api: Int, etcd: Int, peer: Int, controllerManager: Int, scheduler: Int)
  private let lifeline: Lifeline
  private var daemons: [Program: Daemon] = [:]
  private var issued = 0

  enum Program: String, CaseIterable {
    case scheduler = "kube-scheduler"
    case controllerManager = "kube-controller-manager"
    case apiServer = "kube-apiserver"
    case etcd
  }

  /// Starts a control plane and returns when it is ready to use. Call `stop` in the end; `withControlPlane` does both.
  public static func start(_ options: Options = Options()) async throws -> ControlPlane {
    guard Programs.installed.missing.isEmpty else { throw LabError.missing(Programs.installed.missing) }
    await startQueue.wait()
    defer { startQueue.leave() }
    let lifeline = try Lifeline("croft-lab")
    let certificates = try await Certificates(in: "\(lifeline.folder)/certificates")
    let plane = try ControlPlane(lifeline: lifeline, certificates: certificates, options: options)
    do {
      try await plane.startAll()
    } catch {
      await plane.stop()
      throw error
    }
    return plane
  }

  private init(lifeline: Lifeline, certificates: Certificates, options: Options) throws {
    self.lifeline = lifeline
    folder = lifeline.folder
    let free = freePorts(5)
    ports = (free[0], free[1], free[2], free[3], free[4])
    url = "https://127.0.0.1:\(ports.api)"
    kubeconfigPath = "\(folder)/admin.kubeconfig"
    adminToken =
      String(UInt64.random(in: 1..<UInt64.max), radix: 36) + String(UInt64.random(in: 0..<UInt64.max), radix: 36)
    self.certificates = certificates
    self.options = options
    access = ClusterAccess(
      server: url, certificateAuthorities: [UInt8](try Data(contentsOf: URL(filePath: certificates.ca))), proxy: "",
      credentials: .token(Secret(adminToken)), origin: "the lab")
    try Data("\(adminToken),token-admin,token-admin,\"system:masters\"\n".utf8)
      .write(to: URL(filePath: "\(folder)/tokens.csv"))
  }

  /// The log of one of the programs: `kube-apiserver`, `etcd` …
  public nonisolated func logPath(_ program: String) -> String { "\(folder)/\(program).log" }

  /// Ends every process and removes the folder. Does nothing the second time.
  public func stop() async {
    for program in Program.allCases {
      await daemons[program]?.stop()
      daemons[program] = nil
    }
    await lifeline.close()
  }

  /// Kills the API server as a power cut would. The data stay.
  public func stopAPIServer() async {
    await daemons[.apiServer]?.stop()
    daemons[.apiServer] = nil
  }

  /// Starts the API server again, on the same port and with the same data, and returns when it is ready.
  public func startAPIServer() async throws {
    guard daemons[.apiServer] == nil else { return }
    try run(.apiServer, apiServerArguments)
    try await untilReady(.apiServer, path: "/readyz")
  }

  /// Makes a user with a client certificate and returns the path of its kubeconfig. RBAC decides what it may do.
  public func addUser(_ name: String, groups: [String] = []) async throws -> String {
    let file = nextFile("user")
    let pair = try await certificates.issueClient(file, user: name, groups: groups)
    let path = "\(folder)/\(file).kubeconfig"
    let credentials = Kubeconfig.Credentials.certificate(pair.certificate, key: pair.key)
    try Kubeconfig(server: url, ca: certificates.ca, credentials: credentials).write(to: path)
    return path
  }

  /// Writes a kubeconfig with a bearer token and returns its path.
  public func kubeconfig(token: String) throws -> String {
    let path = "\(folder)/\(nextFile("token")).kubeconfig"
    try Kubeconfig(server: url, ca: certificates.ca, credentials: .token(token)).write(to: path)
    return path
  }

  /// Writes a kubeconfig of the administrator that trusts the wrong CA, and returns its path.
  public func kubeconfigWithForeignCA() throws -> String {
    let path = "\(folder)/\(nextFile("foreign")).kubeconfig"
    try Kubeconfig(server: url, ca: certificates.foreignCA, credentials: .token(adminToken)).write(to: path)
    return path
  }

  /// Issues a token of a service account as the API server would, valid for any time, the past included.
  ///
  /// The API server lets a token live for a minute after its end, and remembers one that it has accepted for ten
  /// seconds more.
  /// - Parameter uid: the service account's UID; the API server compares it.
  public func issueToken(
    serviceAccount name: String, namespace: String, uid: String, validFor: Duration
  ) async throws -> String {
    let now = Int(Date().timeIntervalSince1970)
    let expiry = now + Int(validFor.components.seconds)
    let claims = """
      {"iss":"\(Self.issuer)","aud":["\(Self.issuer)"],"sub":"system:serviceaccount:\(namespace):\(name)",\
      "iat":\(min(now, expiry) - 60),"nbf":\(min(now, expiry) - 60),"exp":\(expiry),\
      "kubernetes.io":{"namespace":"\(namespace)","serviceaccount":{"name":"\(name)","uid":"\(uid)"}}}
      """
    let head = base64URL(Data(#"{"alg":"RS256","typ":"JWT"}"#.utf8)) + "." + base64URL(Data(claims.utf8))
    let file = try await certificates.signature(of: head, file: nextFile("signature"))
    return head + "." + base64URL(try Data(contentsOf: URL(filePath: file)))
  }

  private func nextFile(_ prefix: String) -> String {
    issued += 1
    return "\(prefix)-\(issued)"
  }
}

extension ControlPlane {
  static let issuer = "https://kubernetes.default.svc"

  private func startAll() async throws {
    try run(.etcd, etcdArguments)
    try run(.apiServer, apiServerArguments)
    let admin = try await certificates.issueClient("admin", user: "lab-admin", groups: ["system:masters"])
    let credentials = Kubeconfig.Credentials.certificate(admin.certificate, key: admin.key)
    try Kubeconfig(server: url, ca: certificates.ca, credentials: credentials).write(to: kubeconfigPath)
    try await untilReady(.apiServer, path: "/readyz")
    // It makes this one a moment after it calls itself ready.
    try await untilReady(.apiServer, path: "/api/v1/namespaces/default")
    if options.controllerManager { try run(.controllerManager, try await controllerManagerArguments()) }
    if options.scheduler { try run(.scheduler, try await schedulerArguments()) }
    if options.controllerManager {
      // The last thing a pod waits for.
      try await untilReady(.controllerManager, path: "/api/v1/namespaces/default/serviceaccounts/default")
    }
  }

  private func run(_ program: Program, _ arguments: [String]) throws {
    let name = program.rawValue
    let executable = program == .etcd ? Programs.installed.etcd ?? name : Programs.installed.kubernetes(name)
    daemons[program] = try Daemon(executable, arguments, name: name, log: logPath(name), lifeline: lifeline)
  }

  /// Polls a path of the API server until it answers with success, while every program runs.
  private func untilReady(_ program: Program, path: String) async throws {
    let clock = ContinuousClock()
    let end = clock.now + options.timeout
    let client = HTTPClient(HTTPConfiguration(certificateAuthorities: access.certificateAuthorities, proxy: ""))
    let request = HTTPRequest(
      "GET", url + path, headers: [("Authorization", "Bearer \(adminToken)")], timeout: .seconds(5))
    while true {
      for daemon in daemons.values where !daemon.isRunning {
        throw LabError.notReady(daemon.name, reason: "it ended", log: daemon.logTail)
      }
      var answer = "nothing"
      do {
        let response = try await client.send(request)
        if response.status == 200 { return }
        answer = "\(response.status)"
      } catch let error as HTTPError {
        answer = "\(error)"
      }
      guard clock.now < end else {
        let reason = "GET \(path) answered \(answer) after \(options.timeout)"
        throw LabError.notReady(program.rawValue, reason: reason, log: daemons[program]?.logTail ?? "")
      }
      try await clock.sleep(for: .milliseconds(50))
    }
  }

  private var etcdArguments: [String] {
    let client = "http://127.0.0.1:\(ports.etcd)"
    let peer = "http://127.0.0.1:\(ports.peer)"
    return [
      "--name=lab", "--data-dir=\(folder)/etcd", "--unsafe-no-fsync", "--log-level=warn", "--logger=zap",
      "--listen-client-urls=\(client)", "--advertise-client-urls=\(client)", "--listen-peer-urls=\(peer)",
      "--initial-advertise-peer-urls=\(peer)", "--initial-cluster=lab=\(peer)",
    ]
  }

  private var apiServerArguments: [String] {
    var arguments = [
      "--etcd-servers=http://127.0.0.1:\(ports.etcd)",
      "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=\(ports.api)",
      // Nobody reaches the server through the service `kubernetes`, and a loopback address may not stand there.
      "--endpoint-reconciler-type=none",
      "--tls-cert-file=\(certificates.server.certificate)", "--tls-private-key-file=\(certificates.server.key)",
      "--client-ca-file=\(certificates.ca)", "--token-auth-file=\(folder)/tokens.csv",
      "--service-account-issuer=\(Self.issuer)",
      "--service-account-key-file=\(certificates.serviceAccountKey)",
      "--service-account-signing-key-file=\(certificates.serviceAccountKey)",
      "--authorization-mode=RBAC", "--allow-privileged=true",
      "--service-cluster-ip-range=10.96.0.0/16",
      "--feature-gates=TTLAfterFinished=true",
    ]
    if !options.admissionPlugins.isEmpty {
      arguments.append("--enable-admission-plugins=\(options.admissionPlugins.joined(separator: ","))")
    }
    if let limit = options.maxRequestsInFlight { arguments.append("--max-requests-inflight=\(limit)") }
    if let limit = options.maxMutatingRequestsInFlight { arguments.append("--max-mutating-requests-inflight=\(limit)") }
    return arguments + options.apiServerArguments
  }

  private func controllerManagerArguments() async throws -> [String] {
    [
      "--kubeconfig=\(try await addUser("system:kube-controller-manager"))", "--leader-elect=false",
      "--bind-address=127.0.0.1", "--port=0", "--secure-port=\(ports.controllerManager)",
      "--cert-dir=\(folder)/kube-controller-manager", "--use-service-account-credentials=true",
      "--service-account-private-key-file=\(certificates.serviceAccountKey)", "--root-ca-file=\(certificates.ca)",
      "--cluster-signing-cert-file=\(certificates.ca)", "--cluster-signing-key-file=\(certificates.caKey)",
      "--allocate-node-cidrs=true", "--cluster-cidr=10.244.0.0/16", "--service-cluster-ip-range=10.96.0.0/16",
      "--feature-gates=TTLAfterFinished=true",
      // The defaults are for clusters that other people use as well.
      "--kube-api-qps=500", "--kube-api-burst=1000", "--concurrent-deployment-syncs=20",
      "--concurrent-replicaset-syncs=20",
    ] + options.controllerManagerArguments
  }

  private func schedulerArguments() async throws -> [String] {
    [
      "--kubeconfig=\(try await addUser("system:kube-scheduler"))", "--leader-elect=false",
      "--bind-address=127.0.0.1", "--port=0", "--secure-port=\(ports.scheduler)",
      "--cert-dir=\(folder)/kube-scheduler", "--kube-api-qps=500", "--kube-api-burst=1000",
    ]
  }
}

func base64URL(_ data: Data) -> String {
  data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}
