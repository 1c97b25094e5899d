import Foundation
import JSON
import Process
import Render
import Testing

/// The folder `nixos` of a tree on the disk, read by Nix itself.
struct NixFolder {
  let path: String
  static let stubs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Stubs").path

  init(_ files: [RenderedFile]) throws {
    path = FileManager.default.temporaryDirectory.appending(path: "croft-nixos-\(UUID().uuidString)").path
    for file in files where file.path.hasPrefix("nixos/") {
      let place = URL(filePath: "\(path)/\(file.path)")
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(file.bytes).write(to: place)
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// What Nix says to every file of the tree; empty where it can read them all.
  func parse() async throws -> String {
    let found = try await Command("find", ["\(path)/nixos", "-name", "*.nix"]).run().text.split(separator: "\n")
    #expect(!found.isEmpty)
    return try await Self.nix(["--parse"] + found.map(String.init)).errorText
  }

  /// What the flake gives, as far as `Stubs/evaluate.nix` asks.
  /// - Parameter module: a host's configuration beside the module of a k3d cluster.
  func evaluate(module: String? = nil) async throws -> CommandOutput {
    let argument = module.map { " module = \($0);" } ?? ""
    let expression = "import \(Self.stubs)/evaluate.nix { flake = \(path)/nixos;\(argument) }"
    return try await Self.nix(["--eval", "--strict", "--json", "--expr", expression])
  }

  /// Nix needs a store even where it writes nothing.
  static func nix(_ arguments: [String]) async throws -> CommandOutput {
    try await Command("nix-instantiate", arguments, environment: ["NIX_REMOTE": "dummy://"]).run()
  }
}
