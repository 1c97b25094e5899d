package import Blueprint
import Diagnostics
internal import Digest

extension Blueprint {
  /// The release that brings the cluster's own secrets to where they are used.
  package static let secretsRelease = "croft-secrets"
  /// Where all of Flux's objects are.
  package static let fluxNamespace = "flux-system"

  /// The Secrets that releases use, each with the namespaces that it has to be in.
  package var secretUses: [String: Set<String>] {
    releases.reduce(into: [:]) { uses, release in
      for need in release.usedSecrets { uses[need.name, default: []].insert(need.namespace) }
    }
  }

  /// Labels that a Secret is found by where it is used.
  package func secretLabels(_ name: String, in namespace: String) -> [String: String] {
    releases.lazy.flatMap(\.secretNeeds).first { $0.name == name && $0.namespace == namespace }?.labels ?? [:]
  }

  /// The blueprint with a release for its secrets, on which every release that uses one depends. What the Secrets hold
  /// is filled in where it is rolled out.
  /// - Parameter available: whether there are files of secrets beside the cluster file.
  package func addingSecretsRelease(available: Bool) -> Blueprint {
    guard available, secrets?.backend == .sops, let span = secrets?.span, !secretUses.isEmpty,
      release(Self.secretsRelease) == nil
    else { return self }
    var blueprint = self
    for index in releases.indices where !releases[index].usedSecrets.isEmpty {
      let dependency = Dependency(name: Self.secretsRelease, span: releases[index].span)
      blueprint.releases[index].dependsOn.append(dependency)
    }
    let release = Release(
      name: Self.secretsRelease, section: .platform, namespace: NamespaceSpec(name: "croft-system", span: span),
      source: .manifests([]), span: span)
    blueprint.releases.insert(release, at: 0)
    return blueprint
  }
}

extension Blueprint {
  /// The blueprint without the release for its secrets: where something else brings them.
  package func removingSecretsRelease() -> Blueprint {
    guard release(Self.secretsRelease) != nil else { return self }
    var blueprint = self
    blueprint.releases.removeAll { $0.name == Self.secretsRelease }
    for index in blueprint.releases.indices {
      blueprint.releases[index].dependsOn.removeAll { $0.name == Self.secretsRelease }
    }
    return blueprint
  }

  /// Marks releases with what their secrets are made of, so that their pods start anew when that changes.
  /// - Parameter digests: of each Secret's file as it is, encrypted: the digest of a password could be guessed.
  package mutating func setSecretsDigests(_ digests: [String: String]) {
    for index in releases.indices {
      let used = Set(releases[index].usedSecrets.map(\.name)).sorted().compactMap { digests[$0] }
      if !used.isEmpty { releases[index].secretsDigest = SHA256.hex(Array(used.joined().utf8)) }
    }
  }
}

extension Release {
  /// Those that its chart's values come from.
  fileprivate var valueSecrets: [String] {
    valuesFrom.compactMap { reference in
      if case .object(.secret, let name, _, _, _, _) = reference { name } else { nil }
    }
  }

  /// Every Secret that it takes something from.
  package var usedSecrets: [(name: String, namespace: String)] {
    var names: [String] = []
    if case .image(let workload) = source {
      names += workload.secrets
      for variable in workload.env { if case .secret(let name, _) = variable.value { names.append(name) } }
      for volume in workload.storage { if case .secret(let name) = volume.source { names.append(name) } }
    }
    names += valueSecrets
    return names.map { ($0, namespace.name) } + secretNeeds.map { ($0.name, $0.namespace) }
  }
}
