import Blueprint
import JSON
import YAML

/// What `croft init` has to know of a cluster.
struct ClusterAnswers: Sendable, Equatable {
  struct Machine: Sendable, Equatable {
    var name: String
    var addresses: [String] = []
    /// `control-plane` or `worker`; the first machine is a server, the others are not.
    var role: String?
  }

  var name: String
  var domain: String?
  var distribution: KubernetesSpec.Distribution = .k3s
  var machines: [Machine] = []

  /// Reads `cow=192.168.14.11,control-plane`: a name, then addresses and a role in any order. A word with '=' starts
  /// the next machine, because commas are what separates the values of an option too.
  static func machines(_ words: [String]) throws(UsageError) -> [Machine] {
    var machines: [Machine] = []
    for word in words.map({ $0.filter { $0 != " " } }) where !word.isEmpty {
      var value = Substring(word)
      if let equals = word.firstIndex(of: "=") {
        machines.append(Machine(name: String(word[..<equals])))
        value = word[word.index(after: equals)...]
      }
      guard !machines.isEmpty else {
        throw UsageError(
          message: "a node is written as name=address, such as cow=192.168.14.11,control-plane; '\(word)' has no '='",
          command: InitCommand.spec.name)
      }
      if NodeSpec.Role(rawValue: String(value)) != nil {
        machines[machines.count - 1].role = String(value)
      } else if !value.isEmpty {
        machines[machines.count - 1].addresses.append(String(value))
      }
    }
    return machines
  }

  /// A name for the cluster in this folder: the folder's, as far as its characters can be used.
  static func name(ofFolder path: String) -> String {
    let folder = path.split(separator: "/").last ?? ""
    let letters = folder.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let words = String(letters).split(separator: "-").joined(separator: "-")
    return words.isEmpty || words.count > 63 ? "home" : words
  }

  /// Text as a YAML value, in quotes where it would be read as something else.
  static func quoted(_ text: String) -> String {
    let yaml = JSON.string(text).yaml.trimmingLineBreak
    // In brackets and braces, IPv6 addresses are easier to read, and commas only safe, in quotes.
    let isPlain = yaml == text && !text.contains { ":,[]{}".contains($0) }
    return isPlain || yaml != text ? yaml : "\"\(text)\""
  }
}

// MARK: The file

extension ClusterAnswers {
  /// `cluster.yaml`
  var text: String {
    var lines = [
      "# What the cluster is to be. 'croft check' finds mistakes in it, 'croft plan' shows what a deploy would change.",
      "apiVersion: croft.dev/v1alpha1",
      "kind: Cluster",
      "name: \(Self.quoted(name))",
      domain.map { "domain: \(Self.quoted($0))  # applications get names in it" }
        ?? "# domain: home.example.net  # applications get names in it",
      "",
      "kubernetes:",
      "  distribution: \(distribution.rawValue)",
      "  version: \(version)",
      "",
    ]
    lines += networkLines + machineLines
    lines += [
      "# What the cluster itself needs, by name: 'cert-manager: {}', or a release made from a chart or from manifests.",
      "# platform:",
      "",
      "# What runs on it, by name. This one is a web server that says hello; replace it.",
      "apps:",
      "  hello:",
      "    image: docker.io/nginxinc/nginx-unprivileged:1.29.4-alpine",
      "    port: 8080",
      "    # storage:",
      "    #   data: {size: 5Gi, mount: /data}",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private var version: String {
    switch distribution {
    case .k3s, .k3d: "v1.33.4+k3s1"
    case .talos, .upstream: "v1.33.4"
    }
  }

  /// The networks of the machines, which can only be guessed from their addresses.
  private var networkLines: [String] {
    var networks: [CIDR] = []
    for text in machines.flatMap(\.addresses) {
      guard let address = try? IPAddress(parsing: text) else { continue }
      let network = CIDR(address: address, prefix: address.family == .v4 ? 24 : 64).network
      if !networks.contains(network) { networks.append(network) }
    }
    if networks.isEmpty { return [] }
    let list = networks.map { Self.quoted("\($0)") }.joined(separator: ", ")
    return [
      "network:",
      "  nodes: \(networks.count == 1 ? list : "[\(list)]")  # guessed from the nodes' addresses; correct the prefix",
      "",
    ]
  }

  private var machineLines: [String] {
    if distribution == .k3d, machines.isEmpty { return [] }
    guard !machines.isEmpty else {
      return [
        "# The machines. The addresses are fixed ones.",
        "# nodes:",
        "#   - {name: cow, role: control-plane, addresses: [192.168.14.11]}",
        "#   - {name: sheep, role: worker, addresses: [192.168.14.12]}",
        "",
      ]
    }
    return ["nodes:"]
      + machines.enumerated().map { index, machine in
        let role = machine.role ?? (index == 0 ? "control-plane" : "worker")
        let addresses = machine.addresses.map(Self.quoted).joined(separator: ", ")
        let list = machine.addresses.isEmpty ? "" : ", addresses: [\(addresses)]"
        return "  - {name: \(Self.quoted(machine.name)), role: \(role)\(list)}"
      } + [""]
  }
}
