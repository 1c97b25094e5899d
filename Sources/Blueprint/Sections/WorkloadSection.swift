import Diagnostics
import JSON
import YAML

extension Workload {
  /// The keys of a release that shape the workload of its image.
  static let keys = [
    "port", "ports", "replicas", "kind", "command", "args", "env", "storage", "probe", "resources", "security",
    "service", "nodeSelector", "tolerations", "hostNetwork", "revisionHistoryLimit",
  ]
}

extension MappingReader {
  /// - Parameter image: `nil` where the release has none; the keys are read nevertheless, so that all are known and
  ///   every mistake in them is reported.
  mutating func workload(image: Located<String>?, secrets: [String]) -> Workload? {
    var workload = Workload(image: image?.value ?? "", span: image?.span ?? span)
    workload.ports = ports()
    if let replicas = optional(
      "replicas", .whole(0...10_000, "a number of replicas"), "How many pods run.", byDefault: 1)
    {
      workload.replicas = replicas
    }
    workload.kind = optional(
      "kind", Shape<Workload.Kind>.choice,
      "What keeps the pods. By default a StatefulSet where more than one replica has storage of its own.")
    workload.command = optional("command", .list(.text), "Replaces the image's entry point.") ?? []
    workload.args = optional("args", .list(.text), "Replaces the image's own arguments.") ?? []
    workload.env = optional("env", .environment, "Environment variables, by name.") ?? []
    workload.secrets = secrets
    workload.storage = optional("storage", .storage, "Volumes, by name.") ?? []
    workload.probe = optional(
      "probe", .probe(defaultPort: workload.ports.first?.port),
      "How Kubernetes asks whether a pod works. By default its first TCP port is tried; false turns that off.")
    workload.resources = optional("resources", .resources, "What each pod asks for, and may use at most.") ?? .init()
    workload.security = optional("security", .security, "As whom the container runs, and what it may do.") ?? .init()
    workload.service = optional("service", .service, "The Service in front of the ports.") ?? .init()
    workload.nodeSelector = optional("nodeSelector", .labels, "Labels that the node must have.") ?? [:]
    workload.tolerations =
      optional("tolerations", .list(.toleration), "Taints of nodes that its pods accept, as Kubernetes writes them.")
      ?? []
    workload.hostNetwork =
      optional("hostNetwork", .truth, "Whether pods use the network of their node.", byDefault: false) ?? false
    if let limit = optional(
      "revisionHistoryLimit", .whole(0...100, "a number of revisions"), "How many old revisions are kept.", byDefault: 3
    ) {
      workload.revisionHistoryLimit = limit
    }
    for key in Workload.keys + ["secrets"] { workload.places[key] = span(of: key) }
    return image == nil ? nil : workload
  }

  /// `port: 80`, or `ports:` with numbers and `{name, port, protocol}`.
  private mutating func ports() -> [Workload.Port] {
    let single = optional("port", .port, "Its one port, which gets the name http.")
    let many =
      optional("ports", .list(.located(.workloadPort)), "Its ports, in place of 'port': numbers, or mappings.") ?? []
    _ = choose(among: ["port", "ports"])
    if let single { return [Workload.Port(name: "http", port: single)] }
    var seen: [Located<Workload.Port>] = []
    for var port in many {
      if port.value.name.isEmpty { port.value.name = many.count == 1 ? "http" : "port-\(port.value.port)" }
      if let first = seen.first(where: { $0.value.name == port.value.name }) {
        duplicate("the port name '\(port.value.name)'", at: port.span, first: first.span)
      } else if let first = seen.first(where: {
        $0.value.port == port.value.port && $0.value.transport == port.value.transport
      }) {
        duplicate("the port \(port.value.port)/\(port.value.transport)", at: port.span, first: first.span)
      }
      seen.append(port)
    }
    return seen.map(\.value)
  }

  private func duplicate(_ what: String, at place: SourceSpan, first: SourceSpan) {
    problems.report(
      "CR0214", "\(what) is given twice", at: place, related: [.init("it is given here first", at: first)],
      fix: "keep one of the two, or give them different names and numbers")
  }
}

extension Shape where Value == Workload.Port {
  /// A number, or `{name, port, protocol}`. Without a name, the name is empty.
  fileprivate static var workloadPort: Shape {
    let number = Shape<Int>.port
    let name = Shape<String>.scalar(
      "the name of a port", schema: Schema.pattern("^(?=.*[a-z])\(Schema.labelPattern)$", longest: 15)
    ) { text throws(Fault) in
      try Name.checkLabel(text, "the name of a port", longest: 15)
      guard text.contains(where: \.isLetter) else {
        throw Fault(code: "CR0206", message: "the name of a port '\(text)' has no letter", fix: "write 'port-\(text)'")
      }
      return text
    }
    let full = section("a port") { reader in
      let name = reader.optional(
        "name", name, "Its name, unique among the ports. By default http for a single port, else port- and the number.")
      let port = reader.required("port", number, "Its number.")
      let transport = reader.optional(
        "protocol", .word(["TCP", "UDP", "SCTP"]), "Its transport protocol.", byDefault: "TCP")
      return port.map { Workload.Port(name: name ?? "", port: $0, transport: transport ?? "TCP") }
    }
    return Shape(
      "\(number.expected), or {name, port, protocol}", schema: { ["anyOf": [number.schema(), full.schema()]] }
    ) { node, problems in
      if case .mapping = node.content { return full.read(node, problems) }
      return number.read(node, problems).map { Workload.Port(name: "", port: $0) }
    }
  }
}

extension Shape where Value == [Workload.EnvironmentVariable] {
  /// Names with a text, or `{secret, key}`, or `{configMap, key}`.
  fileprivate static var environment: Shape {
    let text = Shape<String>.text("a text, {secret, key} or {configMap, key}")
    let reference = Shape<Workload.EnvironmentVariable.Value>.reference
    return map(
      "a mapping of environment variables", names: Schema.environmentVariable,
      values: { ["anyOf": [Shape<String>.text.schema(), reference.schema()]] }
    ) { entry, problems in
      if !Workload.EnvironmentVariable.isName(entry.key) {
        problems.report(
          "CR0206", "'\(entry.key.shortened)' is not the name of an environment variable", at: entry.keySpan,
          fix: "a name has letters, digits, '_', '-' and '.', and starts with no digit")
      }
      let value: Workload.EnvironmentVariable.Value?
      if case .mapping = entry.value.content {
        value = reference.read(entry.value, problems)
      } else {
        value = text.read(entry.value, problems).map { .text($0) }
      }
      return value.map { Workload.EnvironmentVariable(name: entry.key, value: $0) }
    }
  }
}

extension Workload.EnvironmentVariable {
  fileprivate static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { Name.isAlphanumeric($0) || [0x2D, 0x2E, 0x5F].contains($0) }
  }
}

extension Shape where Value == Workload.EnvironmentVariable.Value {
  fileprivate static var reference: Shape {
    section("the value of an environment variable") { reader in
      let secret = reader.optional("secret", .subdomain("the name of a Secret"), "The Secret that holds the value.")
      let configMap = reader.optional(
        "configMap", .subdomain("the name of a ConfigMap"), "The ConfigMap that holds the value.")
      let key = reader.required("key", .dataKey, "The value's key in it.")
      let choice = reader.choose(among: ["secret", "configMap"])
      guard case .one(let given) = choice else {
        if choice == .none {
          reader.reportMissing(
            ["secret", "configMap"], code: "CR0203",
            "the value of an environment variable needs 'secret' or 'configMap' beside 'key'", at: reader.span,
            fix: "write {secret: name, key: key} or {configMap: name, key: key}")
        }
        return nil
      }
      guard let key, let name = secret ?? configMap else { return nil }
      return given == "secret" ? .secret(name: name, key: key) : .configMap(name: name, key: key)
    }
  }
}
