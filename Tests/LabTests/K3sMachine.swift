import Lab

/// k3s' stand-in on a machine, installed by hand as https://docs.k3s.io/quick-start does it.
struct K3sMachine {
  let machine: Machine
  let isServer: Bool

  static let release = "/usr/local/lib/croft-lab/images"
  static let token = "/etc/rancher/k3s/token"
  private var unit: String { isServer ? "k3s" : "k3s-agent" }

  /// Puts k3s there and its configuration, and starts nothing.
  /// - Parameters:
  ///   - config: lines of config.yaml beside the node's name and address.
  ///   - token: what a server has in `server/node-token`, to join it; `nil` for the first one.
  static func install(
    on machine: Machine, isServer: Bool, config: String = "", joining server: Machine? = nil, token: String? = nil
  ) async throws -> K3sMachine {
    let k3s = K3sMachine(machine: machine, isServer: isServer)
    var lines = "node-name: \(machine.name)\nnode-ip: \(machine.address)\n\(config)"
    if let server { lines += "server: https://\(server.address):6443\ntoken-file: \(Self.token)\n" }
    try await machine.run(
      """
      install -m 755 \(release)/k3s* /usr/local/bin/k3s
      mkdir -p /etc/rancher/k3s
      printf %s "$1" >/etc/rancher/k3s/config.yaml
      (umask 077; printf '%s\\n' "$2" >\(Self.token))
      printf %s "$3" >/etc/systemd/system/\(k3s.unit).service
      systemctl daemon-reload
      systemctl enable --quiet \(k3s.unit)
      """, lines, token ?? "", k3s.service)
    return k3s
  }

  /// k3s' own unit, as its installer writes it.
  private var service: String {
    """
    [Unit]
    Description=Lightweight Kubernetes
    Wants=network-online.target
    After=network-online.target
    [Install]
    WantedBy=multi-user.target
    [Service]
    Type=notify
    KillMode=process
    Delegate=yes
    LimitNOFILE=1048576
    TasksMax=infinity
    TimeoutStartSec=0
    Restart=always
    RestartSec=5s
    ExecStart=/usr/local/bin/k3s \(isServer ? "server" : "agent")

    """
  }

  func start() async throws { try await machine.run("systemctl start \(unit)") }
  func stop() async throws { try await machine.run("systemctl stop \(unit)") }
  func restart() async throws { try await machine.run("systemctl restart \(unit)") }

  var nodeToken: String {
    get async throws {
      let text = try await machine.run("cat /var/lib/rancher/k3s/server/node-token")
      return text.split(separator: "\n").first.map(String.init) ?? ""
    }
  }

  @discardableResult
  func kubectl(_ arguments: String) async throws -> String { try await machine.run("k3s kubectl \(arguments)") }

  /// Runs a shell script there again and again until it ends with success.
  func until(_ script: String, seconds: Int = 240) async throws {
    try await machine.run(
      """
      end=$(($(date +%s) + \(seconds)))
      until sh -c "$1" >/tmp/until 2>&1; do
        if [ "$(date +%s)" -ge $end ]; then echo "not within \(seconds) seconds: $1" >&2; cat /tmp/until >&2; exit 1; fi
        sleep 0.5
      done
      """, script)
  }

  /// Returns when so many nodes are there and all are Ready.
  func untilReady(nodes: Int) async throws {
    try await until(
      """
      test "$(k3s kubectl get nodes --no-headers | awk '$2 == "Ready"' | wc -l)" = \(nodes)
      """)
  }
}

/// A web server on every node that says the node's name, and a Service before them.
let webServers = """
  apiVersion: apps/v1
  kind: DaemonSet
  metadata: {name: web}
  spec:
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec:
        terminationGracePeriodSeconds: 1
        containers:
          - name: web
            image: \(K3sStandIn.busybox)
            # What does not heed SIGTERM holds up the machine's shutdown.
            command: [sh, -c, 'echo "$NODE" >/www/index.html; trap "exit 0" TERM; httpd -f -p 8080 -h /www & wait']
            env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
            readinessProbe: {httpGet: {port: 8080, path: /index.html}, periodSeconds: 1}
  ---
  apiVersion: v1
  kind: Service
  metadata: {name: web}
  spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}

  """
