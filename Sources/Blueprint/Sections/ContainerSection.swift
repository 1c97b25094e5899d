import Diagnostics
import JSON
import YAML

// What a workload's container and pod are allowed, given and asked.

extension Shape where Value == Workload.Probe {
  /// `false`, `{path, port}`, `{tcp: port}` or `{command: […]}`.
  static func probe(defaultPort: Int?) -> Shape {
    let full = section("a probe") { reader in
      let path = reader.optional("path", .webPath, "Asked with HTTP; an answer below 400 is good.")
      let port = reader.optional("port", .port, "The port that is asked for the path. By default the first one.")
      let tcp = reader.optional("tcp", .port, "A port that must accept connections.")
      let command = reader.optional("command", .list(.text), "Run in the container; status 0 is good.")
      let choice = reader.choose(among: ["path", "tcp", "command"])
      reader.refuse(["port"], besides: "tcp", because: "'tcp' is the port")
      reader.refuse(["port"], besides: "command", because: "a command asks no port")
      guard case .one(let given) = choice else {
        if choice == .none {
          reader.reportMissing(
            ["path", "tcp", "command"], code: "CR0203", "a probe needs 'path', 'tcp' or 'command'", at: reader.span,
            fix: "write {path: /healthz}, {tcp: 5432}, {command: [test, -f, /ready]} or false")
        }
        return nil
      }
      switch given {
      case "path":
        guard let path else { return nil }
        if defaultPort == nil { reader.need(["port"], besides: "path") }
        return (port ?? defaultPort).map { Workload.Probe(.http(path: path, port: $0)) }
      case "tcp": return tcp.map { Workload.Probe(.tcp(port: $0)) }
      default: return command.map { Workload.Probe(.command($0)) }
      }
    }
    return Shape(
      "false, {path, port}, {tcp: port} or {command: [..]}", schema: { ["anyOf": [["const": false], full.schema()]] }
    ) { node, problems in
      if case .mapping = node.content { return full.read(node, problems) }
      if node.json == .bool(false) { return Workload.Probe(.off) }
      problems.mismatch(
        node, expected: "false or a mapping with 'path', 'tcp' or 'command'",
        fix: "without 'probe', the first port is probed; 'probe: false' turns that off")
      return nil
    }
  }
}

extension Shape where Value == String {
  fileprivate static var webPath: Shape {
    scalar("a path such as /healthz", schema: Schema.words(matching: "^/[^ ]*$")) { text throws(Fault) in
      guard text.hasPrefix("/"), !text.contains(" ") else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not the path of a request", fix: "start it with '/'")
      }
      return text
    }
  }

  fileprivate static var capability: Shape {
    scalar("a capability such as NET_ADMIN", schema: Schema.words(matching: "^(?!CAP_)[A-Z_]+$")) {
      text throws(Fault) in
      let bare = text.uppercased().hasPrefix("CAP_") ? String(text.uppercased().dropFirst(4)) : text.uppercased()
      guard !bare.isEmpty, bare == text, bare.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "_") }) else {
        throw Fault(
          code: "CR0205", message: "'\(text.shortened)' is not a capability as Kubernetes writes them",
          fix: bare.isEmpty ? "write one such as NET_ADMIN" : "write \(bare)")
      }
      return text
    }
  }
}

extension Shape where Value == Workload.Resources {
  /// What is requested, and under `limits` what is allowed at most.
  static var resources: Shape {
    section("resources") { reader in
      var resources = Workload.Resources()
      if let cpu = reader.optional(
        "cpu", .quantity("250m"), "The share of a processor that it needs.", byDefault: "50m")
      {
        resources.cpu = cpu
      }
      if let memory = reader.optional(
        "memory", .quantity("256Mi"), "The memory that it needs.", byDefault: "128Mi")
      {
        resources.memory = memory
      }
      if let limits = reader.optional("limits", .limits, "What it may use at most. By default there is no limit.") {
        resources.cpuLimit = limits.cpu
        resources.memoryLimit = limits.memory
      }
      return resources
    }
  }
}

/// What a container may use at most.
private struct Limits: Sendable {
  var cpu: String?
  var memory: String?
}

extension Shape where Value == Limits {
  fileprivate static var limits: Shape {
    section("limits") { reader in
      Limits(
        cpu: reader.optional("cpu", .quantity("1"), "Beyond this it is slowed down."),
        memory: reader.optional("memory", .quantity("512Mi"), "Beyond this it is ended."))
    }
  }
}

extension Shape where Value == Workload.Security {
  static var security: Shape {
    let identifier = Shape<Int>.whole(0...0x7FFF_FFFF, "a numeric id")
    return section("security") { reader in
      var security = Workload.Security()
      security.user = reader.optional("user", identifier, "The user that it runs as. By default the image's.")
      security.group = reader.optional(
        "group", identifier, "The group that it runs as, and that owns its volumes. By default the number of 'user'.")
      security.readOnlyRootFilesystem =
        reader.optional(
          "readOnlyRootFilesystem", .truth, "Whether only its volumes can be written to.", byDefault: false) ?? false
      security.runAsNonRoot = reader.optional(
        "runAsNonRoot", .truth, "Refuses to start as root. By default true, unless the user is 0.")
      security.privileged =
        reader.optional("privileged", .truth, "Gives it the powers of the node.", byDefault: false) ?? false
      security.capabilities =
        reader.optional("capabilities", .list(.capability), "Powers of root that it gets; all others are dropped.")
        ?? []
      if security.user == 0, security.runAsNonRoot == true, let place = reader.span(of: "runAsNonRoot"),
        let user = reader.span(of: "user")
      {
        reader.problems.report(
          "CR0217", "'runAsNonRoot: true' and 'user: 0' exclude each other", at: place,
          related: [.init("the user is root here", at: user)], fix: "give another user, or remove 'runAsNonRoot'")
      }
      return security
    }
  }
}

extension Shape where Value == Workload.ServiceSpec {
  static var service: Shape {
    section("service") { reader in
      var service = Workload.ServiceSpec()
      let type = reader.optional(
        "type", Shape<Workload.ServiceSpec.Exposure>.choice,
        "Whether it is reached inside the cluster, at an address of a pool, or at a port of every node.",
        byDefault: "ClusterIP")
      if let type { service.type = type }
      service.address =
        reader.optional(
          "address", Shape<IPAddress>.address, "The very address that it has, with the type LoadBalancer.")?.description
      service.annotations =
        reader.optional("annotations", .annotations, "Annotations of the Service object.") ?? [:]
      let typeIsKnown = type != nil || reader.entry("type") == nil
      if let place = reader.span(of: "address"), typeIsKnown, service.type != .loadBalancer {
        reader.problems.report(
          "CR0217", "'address' is for a Service of type LoadBalancer; this one is \(service.type.rawValue)", at: place,
          related: reader.span(of: "type").map { [.init("the type is given here", at: $0)] } ?? [],
          fix: "write 'type: LoadBalancer', or remove 'address'")
      }
      return service
    }
  }
}

extension Shape where Value == JSON {
  static var toleration: Shape {
    section("a toleration") { reader in
      let key = reader.optional("key", .text, "The taint's key. By default every taint is meant.")
      let relation = reader.optional(
        "operator", .word(["Exists", "Equal"]), "Whether any value will do, or only this one.", byDefault: "Equal")
      let value = reader.optional("value", .text, "The taint's value.")
      let effect = reader.optional(
        "effect", .word(["NoSchedule", "PreferNoSchedule", "NoExecute"]), "The taint's effect. By default any.")
      let seconds = reader.optional(
        "tolerationSeconds", .whole(0...Int(Int32.max), "a number of seconds"),
        "With NoExecute: how long pods stay. By default as long as they run.")
      reader.refuse(["value"], where: "operator", is: relation, in: ["Exists"], because: "it tolerates every value")
      var members = JSONObject()
      let texts = [("key", key), ("operator", relation), ("value", value), ("effect", effect)]
      for (name, text) in texts { if let text { members.append(name, .string(text)) } }
      if let seconds { members.append("tolerationSeconds", .int(seconds)) }
      return .object(members)
    }
  }
}
