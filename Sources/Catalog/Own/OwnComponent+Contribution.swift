import Blueprint
import Diagnostics
import JSON

extension OwnComponent {
  /// What it becomes in one cluster.
  /// - Parameter given: its options, with their defaults.
  func contribution(_ given: JSON, _ context: ComponentContext) -> Contribution {
    var filling = Filling(
      ReferenceValues(options: given, chart: about.chart?.name ?? about.name, context: context))
    var contribution = Contribution(source: folder)
    if let values { contribution.values = filling.json(values) ?? [:] }
    for object in objects {
      guard let object = filling.json(object) else { continue }
      // A reference may have given nothing, or a number.
      if object[path: "metadata", "name"]?.string?.isEmpty ?? true {
        filling.report(
          "has a \(object["kind"]?.string ?? "object") without a name",
          fix: "say the option that its metadata.name refers to")
      } else {
        contribution.objects.append(object)
      }
    }
    contribution.waitFor = waitFor.compactMap { filling.value($0) }.map { "\($0)" }
    for secret in secrets where filling.holds(secret.when) {
      guard let name = filling.value(secret.name) else { continue }
      contribution.secrets.append(SecretNeed(name, in: context.namespace, keys: secret.keys, for: secret.reason))
    }
    contribution.openings = openings.compactMap { opening($0, &filling) }
    if let page {
      let service = filling.value(page.service)
      let port = filling.value(page.port)
      if let service, let port { contribution.page = WebPage(service, port: port) }
    }
    for watch in monitors where filling.holds(watch.when) {
      guard let port = filling.value(watch.port), let path = filling.value(watch.path) else { continue }
      contribution.monitors.append(Monitor(watch.kind, labels: labels(watch.labels, &filling), port: port, path: path))
    }
    for storage in classes where filling.holds(storage.when) {
      guard let name = filling.value(storage.name) else { continue }
      contribution.classes.append(
        VolumeClass(name: name, isDefault: storage.isDefault, reclaimPolicy: storage.reclaimPolicy))
    }
    contribution.problems = filling.problems + problems(context)
    return contribution
  }

  private func opening(_ access: Access, _ filling: inout Filling) -> Opening? {
    guard filling.holds(access.when) else { return nil }
    let peer: Opening.Peer
    switch access.peer {
    case .cluster: peer = .cluster
    case .nodes: peer = .host
    case .world: peer = .world
    case .pods(let namespace, let labels):
      guard let namespace = filling.value(namespace) else { return nil }
      peer = .pods(namespace: namespace, labels: labels.map { self.labels($0, &filling) } ?? [:])
    }
    let ports = access.ports.compactMap { filling.value($0) }
    // No port would mean all of them.
    if ports.isEmpty, !access.ports.isEmpty { return nil }
    return Opening(access.direction, peer, ports: ports, transport: access.transport, because: access.reason)
  }

  private func labels(_ template: Template, _ filling: inout Filling) -> [String: String] {
    let members = filling.json(template)?.object ?? JSONObject()
    return Dictionary(members.map { ($0.key, $0.value.string ?? $0.value.text) }) { first, _ in first }
  }

  private func problems(_ context: ComponentContext) -> [ComponentProblem] {
    var problems: [ComponentProblem] = []
    if folder != nil, let version = context.use.version {
      problems.append(
        ComponentProblem(
          "'version' has no meaning for '\(context.name)': its chart is in a folder, which holds one version",
          fix: "remove 'version'", at: version.span))
    }
    if let use = about.nodes.disk, context.nodes(with: use).isEmpty {
      problems.append(
        ComponentProblem(
          "'\(context.name)' needs a disk with 'use: \(use.rawValue)', and no node has one",
          fix: "add one to the 'disks' of a node"))
    }
    let names = allComponents.map { $0.about.name }
    for name in about.dependsOn + about.after where !names.contains(name) && !context.has(name) {
      guard let nearest = Suggestion.nearest(to: name, among: names) else { continue }
      problems.append(
        ComponentProblem(
          "'\(context.name)' comes after '\(name)', which neither the cluster nor the catalogue has", .warning,
          fix: "did you mean '\(nearest)'?"))
    }
    return problems
  }
}
