import Process

/// A program that croft calls.
struct Tool: Sendable {
  var name: String
  /// What croft needs it for.
  var purpose: String
  /// Prints its version.
  var versionArguments: [String]
  /// The first version that can do what is needed.
  var minimum: Version
  /// By package manager; `nil` as key for where none of them has it.
  var installation: [PackageManager?: String]

  /// Numbers with dots between them; the rest of a version is left out.
  struct Version: Sendable, Comparable, CustomStringConvertible {
    var numbers: [Int]

    /// The first version in a text: `v3.18.4+gd80839c`, `git version 2.39.5`.
    init?(in text: String) {
      for word in text.split(whereSeparator: { !($0.isNumber || $0 == ".") }) {
        let numbers = word.split(separator: ".").compactMap { Int($0) }
        if numbers.count >= 2 {
          self.numbers = numbers
          return
        }
      }
      return nil
    }

    init(_ numbers: Int...) { self.numbers = numbers }

    var description: String { numbers.map(String.init).joined(separator: ".") }
    static func < (a: Version, b: Version) -> Bool { a.numbers.lexicographicallyPrecedes(b.numbers) }
  }

  static let all = [
    Tool(
      name: "helm", purpose: "renders charts", versionArguments: ["version", "--short"], minimum: Version(3, 13),
      installation: [
        nil: "curl -fsSL https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3 | bash",
        .dnf: "sudo dnf install helm", .pacman: "sudo pacman -S helm", .apk: "sudo apk add helm",
        .zypper: "sudo zypper install helm", .nix: "nix profile install nixpkgs#kubernetes-helm",
        .brew: "brew install helm",
      ]),
    Tool(
      name: "kubectl", purpose: "renders kustomizations", versionArguments: ["version", "--client"],
      minimum: Version(1, 21),
      installation: [
        nil: "curl -fLO https://dl.k8s.io/release/v1.34.2/bin/linux/\(architecture)/kubectl "
          + "&& sudo install kubectl /usr/local/bin/",
        .pacman: "sudo pacman -S kubectl", .apk: "sudo apk add kubectl", .nix: "nix profile install nixpkgs#kubectl",
        .brew: "brew install kubectl",
      ]),
    Tool(
      name: "age", purpose: "opens secret files", versionArguments: ["--version"], minimum: Version(1, 0),
      installation: [
        nil: "install age with your system's package manager, or from https://github.com/FiloSottile/age/releases",
        .apt: "sudo apt-get install age", .dnf: "sudo dnf install age", .pacman: "sudo pacman -S age",
        .apk: "sudo apk add age", .zypper: "sudo zypper install age", .nix: "nix profile install nixpkgs#age",
        .brew: "brew install age",
      ]),
    Tool(
      name: "git", purpose: "reads repositories: kustomizations, what Argo CD or Flux follow",
      versionArguments: ["--version"],
      minimum: Version(2, 20),
      installation: [
        nil: "install git with your system's package manager",
        .apt: "sudo apt-get install git", .dnf: "sudo dnf install git", .pacman: "sudo pacman -S git",
        .apk: "sudo apk add git", .zypper: "sudo zypper install git", .nix: "nix profile install nixpkgs#git",
        .brew: "brew install git",
      ]),
  ]

  /// As Kubernetes' downloads call this machine's.
  private static var architecture: String {
    #if arch(arm64)
      "arm64"
    #else
      "amd64"
    #endif
  }

  /// The command that installs it here.
  func installCommand(_ manager: PackageManager?) -> String {
    manager.flatMap { installation[$0] } ?? installation[nil] ?? "install \(name)"
  }
}

/// What installs programs on this machine.
enum PackageManager: String, Sendable, CaseIterable {
  case apt = "apt-get"
  case dnf
  case pacman
  case apk
  case zypper
  case brew
  case nix

  /// The first one that is there.
  static var here: PackageManager? { allCases.first { Executable.find($0.rawValue) != nil } }
}
