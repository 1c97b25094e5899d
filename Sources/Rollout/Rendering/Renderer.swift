import Blueprint
import Catalog
import Diagnostics
import JSON
import Kubernetes
import Process

/// Turns a release into the objects it wants: chart, kustomization, manifests or image, then patches.
struct Renderer: Sendable {
  let environment: Environment
  let directory: String
  let charts: ChartCache
  let version: ServerVersion
  let discovery: Discovery
  /// Makes chart templates see the cluster (`lookup`); without it they are rendered off-line.
  let connected: Bool

  /// - Parameter isUpgrade: the release is in the cluster already; charts ask for it as `.Release.IsUpgrade`.
  func render(_ release: Release, isUpgrade: Bool) async throws -> RenderedRelease {
    var objects = try await source(of: release, isUpgrade: isUpgrade)
    if release.nodes != nil { objects = objects.map { Object(placed($0.json, for: release)) } }
    objects += release.additions.map { Object($0) }
    for patch in release.patches {
      var hits = 0
      objects = try objects.map { object in
        guard patch.matches(object) else { return object }
        hits += 1
        return try patch.applied(to: object, release: release.name)
      }
      if hits == 0 {
        throw RenderError.patch(release: release.name, reason: "line \(patch.span.line): its target matches no object")
      }
    }
    objects = objects.map { $0.marked(with: release) }
    var plain: [Object] = []
    var hooks: [Hook] = []
    let scopes = Self.scopes(of: objects)
    for object in objects {
      let object = inNamespace(object.normalized(), of: release, scopes: scopes)
      if let hook = Hook(object) { hooks.append(hook) } else { plain.append(object) }
    }
    try refuseDuplicates(plain, release: release)
    return RenderedRelease(release: release, objects: plain, hooks: hooks)
  }

  private func source(of release: Release, isUpgrade: Bool) async throws -> [Object] {
    switch release.source {
    case .chart(let chart): return try await template(chart, release: release, isUpgrade: isUpgrade)
    case .kustomize(let path, _): return try await kustomize(path, release: release)
    case .manifests(let sources):
      return try sources.flatMap { source -> [Object] in
        switch source {
        case .inline(let json, let span):
          return try ManifestReader.objects(json, place: "\(span.file):\(span.line)", release: release.name)
        case .path(let path, _):
          return try manifests(path).flatMap {
            try ManifestReader.objects($0.json, place: "\($0.file):\($0.line)", release: release.name)
          }
        }
      }
    case .image: return Catalog.objects(for: release).map { Object($0) }
    }
  }

  private func manifests(_ path: String) throws -> [Manifests.Document] {
    do throws(ManifestError) { return try environment.manifests.documents(at: path, in: directory) } catch {
      throw RenderError.file(error.file, reason: error.reason)
    }
  }

  private func kustomize(_ path: String, release: Release) async throws -> [Object] {
    let target =
      ["git@", "git::", "github.com/"].contains(where: path.hasPrefix) || path.contains("://")
      ? path : directory + "/" + path
    let output = try await run(Command(environment.kubectl, ["kustomize", target]), for: release)
    return try ManifestReader.objects(output.standardOutput, file: "kustomize \(path)", release: release.name)
  }

  func run(_ command: Command, for release: Release) async throws -> CommandOutput {
    let output: CommandOutput
    do { output = try await command.run(timeout: .seconds(300), clock: environment.clock) } catch ProcessError.notFound
    {
      throw RenderError.toolMissing(command.executable, release: release.name)
    }
    guard output.isSuccess else {
      let words = output.errorText.split(separator: "\n").suffix(12).joined(separator: "\n")
      throw RenderError.tool(command.executable, release: release.name, message: words)
    }
    return output
  }

  /// Gives namespaced objects without a namespace the release's. A kind nobody knows yet counts as namespaced.
  private func inNamespace(_ object: Object, of release: Release, scopes: [GroupKind: String]) -> Object {
    let kind = object.gvk.groupKind
    let isNamespaced =
      discovery.resource(kind)?.isNamespaced ?? scopes[kind].map { $0 == "Namespaced" }
      ?? !KnownScopes.cluster.contains(kind)
    var object = object
    if isNamespaced {
      if object.namespace == nil { object.namespace = release.namespace.name }
    } else {
      object.namespace = nil
    }
    return object
  }

  /// The scope of each kind that these objects define.
  private static func scopes(of objects: [Object]) -> [GroupKind: String] {
    var scopes: [GroupKind: String] = [:]
    for object in objects {
      if let kind = object.definedKind { scopes[kind] = object.json[path: "spec", "scope"]?.string }
    }
    return scopes
  }

  private func refuseDuplicates(_ objects: [Object], release: Release) throws {
    var seen = Set<ObjectID>()
    for object in objects where !seen.insert(object.id).inserted {
      throw RenderError.object(release: release.name, reason: "\(object.id) is rendered twice")
    }
  }
}

/// Kinds outside namespaces, for rendering before a server can be asked.
enum KnownScopes {
  static let cluster: Set<GroupKind> = [
    GroupKind("Namespace"), GroupKind("Node"), GroupKind("PersistentVolume"),
    GroupKind("StorageClass.storage.k8s.io"), GroupKind("CSIDriver.storage.k8s.io"),
    GroupKind("ClusterRole.rbac.authorization.k8s.io"), GroupKind("ClusterRoleBinding.rbac.authorization.k8s.io"),
    GroupKind("CustomResourceDefinition.apiextensions.k8s.io"), GroupKind("APIService.apiregistration.k8s.io"),
    GroupKind("MutatingWebhookConfiguration.admissionregistration.k8s.io"),
    GroupKind("ValidatingWebhookConfiguration.admissionregistration.k8s.io"),
    GroupKind("ValidatingAdmissionPolicy.admissionregistration.k8s.io"),
    GroupKind("ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io"),
    GroupKind("PriorityClass.scheduling.k8s.io"), GroupKind("IngressClass.networking.k8s.io"),
    GroupKind("RuntimeClass.node.k8s.io"), GroupKind("PodSecurityPolicy.policy"),
    GroupKind("ClusterIssuer.cert-manager.io"), GroupKind("GatewayClass.gateway.networking.k8s.io"),
  ]
}
