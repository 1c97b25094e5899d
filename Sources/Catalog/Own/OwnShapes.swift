import Blueprint
import JSON
import YAML

// The parts of a component's file.

extension Shape where Value == NodeRequirements {
  static var nodeRequirements: Shape {
    section("what nodes need") { reader in
      let packages = reader.optional("packages", .list(.filled("a package")), "Packages of Debian.")
      let modules = reader.optional("modules", .list(.filled("a kernel module")), "Kernel modules.")
      let extensions = reader.optional("extensions", .list(.filled("an extension")), "System extensions of Talos.")
      let disk = reader.optional(
        "disk", Shape<NodeSpec.Disk.Use>.choice, "A use of a disk that at least one node must have.")
      return NodeRequirements(
        packages: packages ?? [], modules: modules ?? [], extensions: extensions ?? [], disk: disk)
    }
  }
}

extension Shape where Value == Overhead {
  static var overhead: Shape {
    section("the overhead") { reader in
      let memory = Shape<String>.quantity("128Mi")
      let cpu = Shape<String>.quantity("100m")
      func amount(_ key: String, _ shape: Shape<String>, _ about: String, unit: Double) -> Int {
        reader.optional(key, shape, about).flatMap { Quantity($0) }.map { Int(min($0.value / unit, 1e15).rounded(.up)) }
          ?? 0
      }
      return Overhead(
        memory: amount("memory", memory, "Memory, of all its pods.", unit: 1_048_576),
        cpu: amount("cpu", cpu, "Processors, of all its pods.", unit: 0.001),
        memoryPerNode: amount("memoryPerNode", memory, "Memory on each node.", unit: 1_048_576),
        cpuPerNode: amount("cpuPerNode", cpu, "Processors on each node.", unit: 0.001))
    }
  }
}

/// A Kubernetes quantity by its value, exact enough for sums that are compared with what nodes have.
private struct Quantity {
  var value: Double
  init?(_ text: String) {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits) else { return nil }
    let suffix = String(text[digits.endIndex...])
    let units: [String: Double] = [
      "": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
      "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776, "Pi": 1_125_899_906_842_624,
      "Ei": 1_152_921_504_606_846_976,
    ]
    guard let unit = units[suffix] ?? Double("1\(suffix)") else { return nil }
    value = min(number * unit, 1e15)
  }
}

// MARK: With references

extension Shape where Value == Template {
  /// A mapping with references in it.
  static func template(_ reader: TemplateReader) -> Shape {
    Shape("a mapping", schema: { ["type": ["object", "null"]] }) { node, problems in
      guard case .mapping = node.content else {
        if node.isNull { return .mapping([], when: nil) }
        problems.mismatch(node, expected: "a mapping")
        return nil
      }
      return reader.template(node, problems)
    }
  }

  /// An object of Kubernetes with references in it.
  static func object(_ reader: TemplateReader) -> Shape {
    let schema: JSON = [
      "type": "object", "required": ["apiVersion", "kind", "metadata"],
      "properties": ["metadata": ["type": "object", "required": ["name"]]],
    ]
    return Shape("an object", schema: { schema }) { node, problems in
      guard case .mapping = node.content else {
        problems.mismatch(node, expected: "an object")
        return nil
      }
      var missing = ["apiVersion", "kind"].filter { node[$0]?.scalar?.text.isEmpty ?? true }
      if node["metadata"]?["name"]?.scalar?.text.isEmpty ?? true { missing.append("metadata.name") }
      if !missing.isEmpty {
        problems.report(
          "CR0221", "this object has no \(missing.joined(separator: ", no "))", at: node.span,
          fix: "every object has apiVersion, kind and metadata.name")
        return nil
      }
      return reader.template(node, problems)
    }
  }
}

extension MappingReader {
  /// What an entry of a list depends on.
  fileprivate mutating func condition(_ templates: TemplateReader) -> Template.Condition? {
    let shape = Shape<Template.Condition>(
      "a reference, or references and their values",
      schema: { ["title": "a reference, or references and their values", "type": ["string", "object"]] }
    ) { templates.condition($0, $1) }
    return optional(TemplateReader.condition, shape, "It is there only where this reference has a value.")
  }
}

extension Shape where Value == OwnComponent.Secret {
  static func secret(_ templates: TemplateReader) -> Shape {
    section("a secret") { reader in
      let when = reader.condition(templates)
      let templates = templates.presuming(when)
      let name = reader.required(
        "name", .templated(.subdomain("the name of a Secret"), templates), "The Secret's name.")
      let keys = reader.required("keys", .list(.dataKey), "The keys that it must have.")
      let reason = reader.required("for", .filled("a sentence"), "What it is for, in a sentence.")
      guard let name, let keys, let reason else { return nil }
      return OwnComponent.Secret(when: when, name: name, keys: keys, reason: reason)
    }
  }
}

extension Shape where Value == OwnComponent.Page {
  static func page(_ templates: TemplateReader) -> Shape {
    section("the page") { reader in
      let service = reader.required("service", .templated(.label("a Service"), templates), "The Service's name.")
      let port = reader.required("port", .templated(.port, templates), "Its port.")
      guard let service, let port else { return nil }
      return OwnComponent.Page(service: service, port: port)
    }
  }
}

extension Shape where Value == OwnComponent.Watch {
  static func watch(_ templates: TemplateReader) -> Shape {
    section("a monitor") { reader in
      let when = reader.condition(templates)
      let templates = templates.presuming(when)
      let kind = reader.optional(
        "kind", .word(["service", "pod"]), "Whether it is found by a Service or by its pods.", byDefault: "service")
      let labels = reader.required("labels", .template(templates), "Labels of the Service or of the pods.")
      let port = reader.required("port", .templated(.label("the name of a port"), templates), "The port's name.")
      let path = reader.optional(
        "path", .templated(.filled("a path"), templates), "Where the figures are.", byDefault: "/metrics")
      guard let labels, let port else { return nil }
      return OwnComponent.Watch(
        when: when, kind: kind == "pod" ? .pod : .service, labels: labels, port: port,
        path: path ?? .constant("/metrics"))
    }
  }
}

extension Shape where Value == OwnComponent.StorageClass {
  static func storageClass(_ templates: TemplateReader) -> Shape {
    section("a class") { reader in
      let when = reader.condition(templates)
      let templates = templates.presuming(when)
      let name = reader.required(
        "name", .templated(.subdomain("the name of a storage class"), templates), "The class that claims name.")
      let isDefault = reader.optional(
        "default", .truth, "Whether claims that name no class get it.", byDefault: false)
      let policy = reader.optional(
        "reclaimPolicy", Shape<VolumeClass.ReclaimPolicy>.choice,
        "Whether a volume goes or stays when its claim is deleted.", byDefault: "Delete")
      return name.map {
        OwnComponent.StorageClass(when: when, name: $0, isDefault: isDefault ?? false, reclaimPolicy: policy ?? .delete)
      }
    }
  }
}

// MARK: Openings

extension Shape where Value == OwnComponent.Access {
  /// `{from: PEER, ports, transport, because}`, or with `to`.
  static func access(_ templates: TemplateReader) -> Shape {
    section("an opening") { reader in
      let when = reader.condition(templates)
      let templates = templates.presuming(when)
      let from = reader.optional("from", .peer(templates), "Who may reach it.")
      let to = reader.optional("to", .peer(templates), "What it must reach.")
      let ports = reader.optional("ports", .list(.templated(.port, templates)), "Which ports. By default all.")
      let transport = reader.optional("transport", .word(["TCP", "UDP"]), "How they are spoken to.", byDefault: "TCP")
      let reason = reader.required("because", .filled("a sentence"), "Why it is there, in a sentence.")
      let choice = reader.choose(among: ["from", "to"])
      guard case .one(let given) = choice else {
        if choice == .none {
          reader.reportMissing(
            ["from", "to"], code: "CR0203", "the opening leads nowhere", at: reader.span,
            fix: "add 'from:' with who may reach it, or 'to:' with what it must reach")
        }
        return nil
      }
      guard let peer = given == "from" ? from : to, let reason else { return nil }
      return OwnComponent.Access(
        when: when, direction: given == "from" ? .ingress : .egress, peer: peer, ports: ports ?? [],
        transport: transport ?? "TCP", reason: reason)
    }
  }
}

extension Shape where Value == OwnComponent.Access.Peer {
  /// A word, or `{namespace, labels}`.
  fileprivate static func peer(_ templates: TemplateReader) -> Shape {
    let word = Shape<String>.word(["cluster", "nodes", "world"])
    let pods = section("pods") { reader in
      let namespace = reader.required("namespace", .templated(.label("a namespace"), templates), "Their namespace.")
      let labels = reader.optional("labels", .template(templates), "Their labels. By default all pods there.")
      return namespace.map { .pods(namespace: $0, labels: labels) }
    }
    return Shape(
      "cluster, nodes, world, or a mapping with namespace and labels",
      schema: { ["anyOf": [word.schema(), pods.schema()]] }
    ) { node, problems in
      if case .mapping = node.content { return pods.read(node, problems) }
      switch word.read(node, problems) {
      case "cluster": return .cluster
      case "nodes": return .nodes
      case "world": return .world
      default: return nil
      }
    }
  }
}
