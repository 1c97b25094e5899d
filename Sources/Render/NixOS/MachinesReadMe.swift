import Blueprint
import Catalog

/// `nixos/README.md`: how a machine gets its system, and what somebody has to bring.
struct MachinesReadMe {
  let blueprint: Blueprint
  let spec: NixOSSpec
  let secrets: [NixOSSecret]
  let deploys: Bool

  var file: RenderedFile { RenderedFile("\(NixOSTree.root)/README.md", lines: lines) }

  private var lines: [String] {
    var lines = [
      "# The machines of \(blueprint.name)", "", "| machine | role | address | tags | system disk |",
      "|---|---|---|---|---|",
    ]
    lines += blueprint.nixosNodes.map { node in
      let disk = node.disks.first { $0.use == .system }?.device
      let cells = [
        "`\(node.name)`", node.role == .controlPlane ? "server" : "agent",
        node.addresses.map { "\($0.value)" }.joined(separator: ", "),
        node.tags.map { "`@\($0)`" }.joined(separator: " "),
        disk.map { "`\($0)`" } ?? "not said: this system has no file systems",
      ]
      return "| " + cells.joined(separator: " | ") + " |"
    }
    lines += ["", "| file | what it is |", "|---|---|"]
    lines += contents.map { "| `\($0)` | \($1) |" }
    return lines + keys + install + everyday
  }

  private var contents: [(file: String, about: String)] {
    [
      ("flake.nix", "a system for each machine, and Colmena's hive"),
      ("cluster.nix", "what the modules read, in one place"), ("nodes/", "what only one machine has"),
      ("modules/base.nix", "network, SSH, users, starting"),
      ("modules/disks.nix", "the system disk, laid out by Disko"),
      ("modules/root.nix", "a new root at every start, and what outlives it"), ("modules/k3s.nix", "k3s"),
      ("modules/secrets.nix", "what sops-nix decrypts"),
    ] + (deploys ? [("modules/deploy.nix, deploy/", "what the first server rolls out, group by group")] : [])
  }

  private var keys: [String] {
    var lines = [
      "", "## Once", "", "The token by which machines join is yours to make; it is encrypted, and so it is here:", "",
      "```sh", "croft secrets set \(NixOSSecret.token) token --random 50", "croft render", "```", "",
      "Every machine decrypts with the private age key in `\(spec.ageKey)`. It is brought there when the machine is "
        + "installed, and is in no file of this tree.",
    ]
    let missing = Set(blueprint.secretUses.keys).subtracting(secrets.map(\.name)).sorted()
    if deploys, !missing.isEmpty {
      lines += [
        "",
        "These Secrets are used and have no encrypted file. Make one for each (`croft secrets set NAME KEY`), or apply "
          + "them to the cluster yourself: " + missing.map { "`\($0)`" }.joined(separator: ", ") + ".",
      ]
    }
    return lines
  }

  private var install: [String] {
    let first = blueprint.nixosNodes[0]
    let address = first.ssh?.host ?? first.addresses.first.map { "\($0.value)" } ?? first.name
    let folder = spec.ageKey.split(separator: "/").dropLast().joined(separator: "/")
    return [
      "", "## Install a machine", "",
      "Start it from any Linux that lets you in over SSH as root. This formats its system disk:", "", "```sh",
      "mkdir -p extra/\(folder)", "install -m 0600 ~/.config/sops/age/keys.txt extra\(spec.ageKey)",
      "nix run github:nix-community/nixos-anywhere -- --flake .#\(first.name) --extra-files extra root@\(address)",
      "rm -r extra", "```",
    ]
  }

  private var everyday: [String] {
    let tag = blueprint.nixosNodes.flatMap(\.tags).first
    var lines = [
      "", "## Change machines", "", "```sh", "croft render                # after every change of cluster.yaml",
      "git add --all .             # a flake sees what Git knows", "colmena apply               # all machines",
    ]
    if let tag {
      let command = "colmena apply --on @\(tag)"
      lines.append(command + String(repeating: " ", count: max(1, 28 - command.count)) + "# those with a tag")
    }
    lines.append("```")
    guard deploys else { return lines }
    return lines + [
      "",
      "The unit `croft-deploy` of `\(blueprint.servers.first?.name ?? "")` rolls out what is in `deploy/`: "
        + "`journalctl --follow --unit croft-deploy` shows it.",
    ]
  }
}
