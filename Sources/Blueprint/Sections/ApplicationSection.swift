import Diagnostics
import JSON
import YAML

// What an application asks of the platform.

extension Shape where Value == [Exposure] {
  /// A host name, a mapping, or a list of them.
  package static var exposures: Shape { oneOrMany(.exposure) }
}

extension Shape where Value == Exposure {
  fileprivate static var exposure: Shape {
    let host = Shape<String>.hostName
    let full = section("expose") { reader in
      let name = reader.required(
        "host", .located(host), "The name it is reached by. One without a dot is below the cluster's domain.")
      let path = reader.optional("path", .absolutePath, "The path it is reached at.", byDefault: "/")
      let service = reader.optional(
        "service", .label("the name of a Service"), "The Service behind it. By default the application's own.")
      let port = reader.optional("port", .port, "The Service's port. By default the application's first.")
      let gateway = reader.optional(
        "gateway", Shape<Exposure.Gateway>.choice,
        "Who can reach it: the home network, the Internet, or a Tailscale network.", byDefault: "internal")
      let ingress = reader.optional(
        "ingress", .located(.label("the name of a component")), "One of several ingresses, by its component's name.")
      let auth = reader.optional(
        "auth", .located(Shape<Exposure.Authentication>.choice),
        "sso: the ingress asks the identity provider first. oidc: the application does it itself.")
      guard let name else { return nil }
      return Exposure(
        host: name, path: path ?? "/", service: service, port: port, gateway: gateway ?? .internal, ingress: ingress,
        authentication: auth, span: reader.span)
    }
    return Shape(
      "a host name, or a mapping with 'host'", schema: { ["anyOf": [host.schema(), full.schema()]] }
    ) { node, problems in
      if case .mapping = node.content { return full.read(node, problems) }
      return host.read(node, problems).map { Exposure(host: Located($0, at: node.span), span: node.span) }
    }
  }
}

extension Shape where Value == DatabaseUse {
  /// `postgresql`, or a mapping.
  static var database: Shape {
    let engine = Shape<DatabaseUse.Engine>.choice
    let full = section("database") { reader in
      let engine = reader.required("engine", engine, "Which database.")
      let name = reader.optional(
        "name", .label("the name of a database"), "Its name. By default the application's.")
      let instances = reader.optional(
        "instances", .whole(1...9, "a number of instances"), "How many copies of it run.", byDefault: 1)
      let size = reader.optional("size", .quantity("5Gi"), "How much it may hold.", byDefault: "5Gi")
      let external = reader.optional(
        "external", .truth, "Whether it lives on a server outside the cluster.", byDefault: false)
      return engine.map {
        DatabaseUse(
          engine: $0, name: name, instances: instances ?? 1, size: size ?? "5Gi", isExternal: external ?? false,
          span: reader.span)
      }
    }
    return Shape(
      "\(engine.expected), or a mapping with 'engine'", schema: { ["anyOf": [engine.schema(), full.schema()]] }
    ) { node, problems in
      if case .mapping = node.content { return full.read(node, problems) }
      return engine.read(node, problems).map { DatabaseUse(engine: $0, span: node.span) }
    }
  }
}

extension Shape where Value == SchedulingSpec {
  static var scheduling: Shape {
    section("schedule") { reader in
      let count = Shape<Int>.whole(1...1000, "a number of pods")
      let minimum = reader.optional("min", count, "The fewest pods of an autoscaler.")
      let maximum = reader.optional("max", count, "The most pods of an autoscaler.")
      let cpu = reader.optional(
        "cpu", .percentage, "The CPU use, in percent of the request, that the autoscaler aims at.", byDefault: "80%")
      let spread = reader.optional(
        "spread", Shape<SchedulingSpec.Spread>.choice, "Whether pods go to different nodes, or had better.")
      let available = reader.optional(
        "minAvailable", .countOrPercentage,
        "How many pods stay while nodes are drained.")
      reader.need(["max"], besides: "min")
      reader.need(["min"], besides: "max")
      reader.need(["min", "max"], besides: "cpu")
      if let minimum, let maximum, minimum > maximum {
        reader.problems.report(
          "CR0212", "'min' is above 'max'", at: reader.span(of: "min"),
          related: reader.span(of: "max").map { [.init("'max' is given here", at: $0)] } ?? [], fix: "exchange the two")
        return nil
      }
      let replicas = minimum.flatMap { low in maximum.map { low...$0 } }
      return SchedulingSpec(
        replicas: replicas, cpu: cpu ?? 80, spread: spread, minAvailable: available, span: reader.span)
    }
  }
}

extension Shape where Value == NodeChoice {
  static var nodeChoice: Shape {
    section("nodes") { reader in
      let names = reader.optional("names", .oneOrMany(.located(.subdomain("the name of a node"))), "These nodes only.")
      let labels = reader.optional("labels", .labels, "Nodes with these labels.")
      let power = reader.optional(
        "power", Shape<NodeSpec.Power.Mode>.choice,
        "Nodes of this power mode; their taints are tolerated. An application on on-demand nodes turns one on.")
      return NodeChoice(names: names ?? [], labels: labels ?? [:], power: power, span: reader.span)
    }
  }
}

extension Shape where Value == NetworkAccess {
  static var access: Shape {
    section("access") { reader in
      let from = reader.optional("from", .oneOrMany(.dependency), "Releases that may reach it.")
      let to = reader.optional("to", .oneOrMany(.dependency), "Releases that it may reach.")
      let internet = reader.optional(
        "internet", .oneOrMany(.port), "Ports on the Internet that it may reach.")
      return NetworkAccess(from: from ?? [], to: to ?? [], internet: internet, span: reader.span)
    }
  }
}
