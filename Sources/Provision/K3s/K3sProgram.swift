public import Blueprint
import Digest
import Glibc
import Hosts
import Redaction

/// Where machines get k3s from, as `kubernetes.install` says it.
public enum K3sProgram: Sendable, Equatable {
  /// A file of this machine, for every node.
  case file(String)
  /// A folder of this machine with files of a release: `k3s`, `k3s-arm64`, `k3s-airgap-images-amd64.tar.zst` …
  /// https://docs.k3s.io/installation/airgap
  case folder(String)
  /// Each machine downloads its release and compares its checksum: https://github.com/k3s-io/k3s/releases
  case release(from: String)

  /// - Parameter directory: of the cluster file, where relative paths start.
  public init(_ install: KubernetesSpec.Install, directory: String) {
    func place(_ path: String) -> String {
      path.hasPrefix("/") || directory.isEmpty ? path : "\(directory)/\(path)"
    }
    switch install {
    case .binary(let path): self = .file(place(path))
    case .airGap(let path): self = .folder(place(path))
    case .release(let mirror): self = .release(from: mirror ?? Self.releases)
    }
  }

  public static let releases = "https://github.com/k3s-io/k3s/releases/download"

  /// Puts k3s and, where there are some, its images onto a machine; k3s itself last, so that its version tells that all
  /// is there.
  /// - Parameter architecture: Debian's word for it: `arm64`.
  func install(_ version: String, architecture: String, on host: any Host) async throws {
    switch self {
    case .file(let path): try await put(path, on: host)
    case .folder(let folder):
      let names = try FolderOfPrograms(folder).names(architecture: architecture)
      for image in names.images {
        try await host.put(
          HostFile(
            path: "\(K3sPaths.images)/\(image)", content: Secret(try LocalProgram.read("\(folder)/\(image)")),
            mode: 0o644))
      }
      try await put("\(folder)/\(names.program)", on: host)
    case .release(let base):
      let result = try await host.run(Self.download(version, architecture: architecture, from: base))
      guard result.isSuccess else {
        if result.isOutOfSpace { throw HostError.noSpace(host: host.name, path: K3sPaths.program) }
        throw K3sProblem(
          host.name, "k3s \(version) could not be downloaded there: \(result.errors.lastLine)",
          fix: "let the machine reach \(base), or name 'kubernetes.install.binary' or 'airGap'")
      }
    }
    let result = try await host.run(
      HostScript("\(K3sPaths.program) --version", asRoot: true, label: "asking k3s for its version"))
    let found = result.text.split(separator: " ").dropFirst(2).first.map(String.init)
    guard result.isSuccess, let found else {
      throw K3sProblem(
        host.name, "what was installed as k3s does not run there: \(result.errors.lastLine)",
        fix: "install k3s for \(architecture)")
    }
    guard found == version else {
      throw K3sProblem(
        host.name, "what was installed is k3s \(found), and the cluster file says \(version)",
        fix: "give the k3s of that version, or write 'version: \(found)'")
    }
  }

  private func put(_ path: String, on host: any Host) async throws {
    try await host.put(HostFile(path: K3sPaths.program, content: Secret(try LocalProgram.read(path)), mode: 0o755))
  }

  /// The names of https://github.com/k3s-io/k3s/releases: amd64 has none in the program's.
  static func suffix(_ architecture: String) -> String {
    switch architecture {
    case "amd64": ""
    case "armhf": "-armhf"
    default: "-\(architecture)"
    }
  }

  private static func download(_ version: String, architecture: String, from base: String) -> HostScript {
    let place = "\(base)/\(version.replacing("+", with: "%2B"))"
    let name = "k3s\(suffix(architecture))"
    let checksums = "sha256sum-\(architecture == "armhf" ? "arm" : architecture).txt"
    return HostScript(
      """
      set -eu
      folder=$(mktemp -d /usr/local/bin/.croft.XXXXXX)
      trap 'rm -rf "$folder"' EXIT
      get() {
        if command -v curl >/dev/null; then curl --fail --silent --show-error --location --retry 3 --output "$2" "$1"
        elif command -v wget >/dev/null; then wget --quiet --tries=3 --output-document="$2" "$1"
        else echo "neither curl nor wget is installed" >&2; exit 1; fi
      }
      get \(ShellText.quoted("\(place)/\(checksums)")) "$folder/sums"
      get \(ShellText.quoted("\(place)/\(name)")) "$folder/k3s"
      wanted=$(sed -n 's/^\\([0-9a-f]\\{64\\}\\)[ *]*\(name)$/\\1/p' "$folder/sums")
      found=$(sha256sum <"$folder/k3s" | cut -d ' ' -f 1)
      [ -n "$wanted" ] || { echo "the list of checksums has none for \(name)" >&2; exit 1; }
      [ "$wanted" = "$found" ] || { echo "the checksum is $found and not $wanted" >&2; exit 1; }
      chmod 0755 "$folder/k3s"
      sync "$folder/k3s"
      mv -f "$folder/k3s" \(K3sPaths.program)
      """, asRoot: true, timeout: .seconds(900), label: "downloading k3s \(version)")
  }
}

/// What of a folder of release files is for one kind of machine.
struct FolderOfPrograms {
  let path: String

  init(_ path: String) { self.path = path }

  func names(architecture: String) throws(K3sProblem) -> (program: String, images: [String]) {
    guard let names = LocalProgram.list(path) else {
      throw K3sProblem(nil, "the folder \(path) cannot be read", fix: "correct 'kubernetes.install.airGap'")
    }
    let program = "k3s" + K3sProgram.suffix(architecture)
    guard names.contains(program) else {
      throw K3sProblem(
        nil, "\(path) has no \(program), which machines with \(architecture) run",
        fix: "put it there, as https://github.com/k3s-io/k3s/releases has it")
    }
    let images = names.filter {
      $0.hasPrefix("k3s-airgap-images-\(architecture == "armhf" ? "arm" : architecture).") || $0.hasPrefix("images-")
    }
    return (program, images.filter { !$0.hasSuffix(".txt") }.sorted())
  }
}

/// Files of this machine that go to others.
enum LocalProgram {
  static func read(_ path: String) throws(K3sProblem) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw K3sProblem(
        nil, "\(path) cannot be read: \(String(cString: strerror(errno)))", fix: "correct 'kubernetes.install'")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 {
        throw K3sProblem(
          nil, "\(path) cannot be read: \(String(cString: strerror(errno)))", fix: "correct 'kubernetes.install'")
      }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  static func list(_ path: String) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}

extension HostResult {
  /// Whether a script ended because a file system is full. Of curl the number is told: 23, it could not write.
  /// https://curl.se/libcurl/c/libcurl-errors.html
  var isOutOfSpace: Bool { errors.contains("No space left on device") || errors.contains("curl: (23)") }
}

extension String {
  /// The last line with something in it.
  var lastLine: String { split(separator: "\n").last { !$0.isEmpty }.map(String.init) ?? "it says nothing" }
}
