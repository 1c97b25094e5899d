import Blueprint
import Catalog
import Diagnostics
import JSON

/// The folder `nixos`: a flake with a system for each NixOS machine of a k3s cluster; for k3d a module that the host's
/// own configuration imports.
struct NixOSTree {
  let blueprint: Blueprint
  let kubernetes: KubernetesSpec
  let manifests: Manifests
  let secrets: [NixOSSecret]

  static let root = "nixos"

  /// `nil` where no machine runs NixOS, or a distribution that this tree has no module for.
  /// - Parameter secrets: encrypted files below `nixos/secrets`.
  init?(_ blueprint: Blueprint, manifests: Manifests, secrets: [RenderedFile]) {
    guard let kubernetes = blueprint.kubernetes, [.k3s, .k3d].contains(kubernetes.distribution),
      !blueprint.nixosNodes.isEmpty
    else { return nil }
    self.blueprint = blueprint
    self.kubernetes = kubernetes
    self.manifests = manifests
    self.secrets = secrets.compactMap(NixOSSecret.init)
  }

  /// Whether the first server rolls the releases out: then their files are here and nowhere else.
  var deploys: Bool {
    kubernetes.distribution == .k3s && blueprint.gitops == nil && (blueprint.nixos?.deploys ?? true)
      && !blueprint.releases.isEmpty && blueprint.servers.first.map { blueprint.system(of: $0) == .nixos } ?? false
  }

  func files() throws(ManifestError) -> [RenderedFile] {
    kubernetes.distribution == .k3d ? k3dFiles() : try machineFiles()
  }

  private func k3dFiles() -> [RenderedFile] {
    [
      RenderedFile("\(Self.root)/flake.nix", nix: FlakeFile.module(name: blueprint.name), about: []),
      RenderedFile(
        "\(Self.root)/modules/k3d.nix", nix: K3dModule(blueprint: blueprint, kubernetes: kubernetes).text,
        about: [
          "The cluster \(blueprint.name) in Docker. Nothing happens until a host says so:",
          "  imports = [ inputs.\(blueprint.name).nixosModules.k3d ];",
          "  services.croft-k3d.enable = true;",
        ]),
      // A flake sees nothing outside of its own folder.
      RenderedFile("\(Self.root)/modules/\(K3dScript.name)", K3dScript.text),
    ]
  }

  private func machineFiles() throws(ManifestError) -> [RenderedFile] {
    let spec = blueprint.nixos ?? NixOSSpec(span: blueprint.span)
    let modules = [
      ("base", BaseModule.text), ("disks", DisksModule.text(spec.fileSystem)),
      ("root", RootModule.text(spec.fileSystem)),
      ("k3s", K3sModule.text),
    ]
    var files = [
      RenderedFile(
        "\(Self.root)/flake.nix", nix: FlakeFile.machines(name: blueprint.name, release: spec.release), about: []),
      NixCluster(blueprint: blueprint, kubernetes: kubernetes, spec: spec).file,
      secretsModule(spec),
      MachinesReadMe(blueprint: blueprint, spec: spec, secrets: secrets, deploys: deploys).file,
    ]
    files += modules.map { name, text in RenderedFile("\(Self.root)/modules/\(name).nix", nix: text, about: []) }
    files += blueprint.nixosNodes.map { node in
      let isFirst = node.name == blueprint.servers.first?.name
      return NixNode(
        blueprint: blueprint, kubernetes: kubernetes, node: node, deploys: isFirst && deploys, secrets: secrets
      ).file
    }
    if deploys {
      let deployment = Deployment(blueprint: blueprint, manifests: manifests, secrets: secrets)
      files += try deployment.files()
      files.append(
        RenderedFile(
          "\(Self.root)/modules/deploy.nix", nix: DeployModule.text(usesFolder: deployment.usesFolder), about: []))
    }
    return files
  }

  /// What sops-nix decrypts where: the token on every machine, what releases use on the one that rolls them out.
  private func secretsModule(_ spec: NixOSSpec) -> RenderedFile {
    let token: NixExpression = .set([
      NixAttribute("sopsFile", .path("../secrets/k3s.sops.yaml")), NixAttribute("key", .string("token")),
      NixAttribute("restartUnits", .strings(["k3s.service"])),
    ])
    let module = NixExpression.set([
      NixAttribute("sops.age.keyFile", .string(spec.ageKey), comment: "Brought to the machine once, by hand."),
      NixAttribute("sops.age.sshKeyPaths", .list([])),
      NixAttribute("sops.gnupg.sshKeyPaths", .list([])),
      NixAttribute("sops.secrets", .set([NixAttribute(name: "k3s/token", token)])),
    ])
    return RenderedFile("\(Self.root)/modules/secrets.nix", nix: module)
  }
}

extension Blueprint {
  /// The machines that run NixOS.
  var nixosNodes: [NodeSpec] { nodes.filter { system(of: $0) == .nixos } }
}
