@preconcurrency import Glibc

/// A secret file of a cluster: `secrets/NAME.sops.yaml`.
public struct SecretFile: Sendable, Equatable {
  /// The Secret's name: what stands before `.sops.`.
  public var name: String
  /// As the user would type it.
  public var path: String
  public var format: Format
  /// What stands behind the name without `.sops`: `yaml`, `env`, `crt`.
  public var ending: String
}

/// The folder `secrets` beside a cluster file.
public struct SecretFiles: Sendable {
  /// The folder of the cluster file.
  public let directory: String

  public init(directory: String) { self.directory = directory }

  public var folder: String { directory == "." || directory.isEmpty ? "secrets" : "\(directory)/secrets" }
  public var rotationPath: String { "\(folder)/rotation.yaml" }

  /// Every file whose name holds `.sops.`, by name.
  public func all() throws(SecretsError) -> [SecretFile] {
    try names().compactMap { name in
      guard let mark = name.firstRange(of: ".sops."), let format = Format(path: name) else { return nil }
      return SecretFile(
        name: String(name[..<mark.lowerBound]), path: "\(folder)/\(name)", format: format,
        ending: String(name[mark.upperBound...]))
    }
  }

  /// Files that hold keys and values and whose name does not say that they are encrypted.
  func unmarked() throws(SecretsError) -> [String] {
    try names().filter { name in
      !name.contains(".sops.") && name != "rotation.yaml"
        && [".yaml", ".yml", ".json", ".env"].contains { name.hasSuffix($0) }
    }.map { "\(folder)/\($0)" }
  }

  /// The file that a user means: one that is there, by its path or by its name; else where a new one goes.
  public func find(_ nameOrPath: String) throws(SecretsError) -> SecretFile {
    let known = try all()
    if let file = known.first(where: { $0.name == nameOrPath || $0.path == nameOrPath }) { return file }
    let isName = !nameOrPath.contains("/") && !nameOrPath.contains(".")
    let path = isName ? "\(folder)/\(nameOrPath).sops.yaml" : nameOrPath
    guard let format = Format(path: path) else {
      throw .syntax(file: path, message: "an .ini file is for 'sops' itself; Croft has YAML, JSON, dotenv and binary")
    }
    let last = path.split(separator: "/").last.map(String.init) ?? path
    let mark = last.firstRange(of: ".sops.") ?? last.firstRange(of: ".")
    return SecretFile(
      name: String(last[..<(mark?.lowerBound ?? last.endIndex)]), path: path, format: format,
      ending: mark.map { String(last[$0.upperBound...]) } ?? "")
  }

  private func names() throws(SecretsError) -> [String] {
    guard let directory = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw FileContent.failure(folder)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}

extension SecretFile {
  /// The file as it lies on the disk.
  public func read() throws(SecretsError) -> SealedFile {
    try SealedFile(try FileContent.read(path), path: path, format: format)
  }
}

extension SealedFile {
  /// Puts the file in its place on the disk, whole or not at all.
  public func write() throws(SecretsError) { try FileContent.replace(path, with: try bytes()) }
}
