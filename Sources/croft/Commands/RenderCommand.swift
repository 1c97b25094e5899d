import Blueprint
import Catalog
import JSON
import Render
import Terminal

/// `croft render`
enum RenderCommand: Subcommand {
  static let spec = CommandSpec(
    name: "render", summary: "write the files that follow from the cluster file",
    discussion: """
      Node configurations, manifests, and what Argo CD or Flux follows, into 'generated/' beside the cluster file. The \
      same file always gives the same tree; what is no longer made is removed. Somebody's edits are reported and kept, \
      and then nothing is written: edit the cluster file instead, or say --force. Secrets are in the tree for Flux and \
      NixOS alone, encrypted; a private key is needed only when one of Flux's changed.
      """,
    options: [
      .value("to", nil, "DIR", .folder, "the folder to write to (default: generated, beside the cluster file)"),
      .flag("check", nil, "write nothing; end with status 1 where the tree is not up to date"),
      .flag("force", nil, "write over files that somebody edited"),
    ],
    examples: [
      .init("croft render", "writes generated/"),
      .init("croft render --check", "in a pipeline: is what lies in Git up to date?"),
      .init("croft render --to /tmp/tree", "elsewhere, to look at it"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let (folder, files) = try await context.loadBlueprint { blueprint in
      var blueprint = blueprint
      let path = context.invocation.value("to") ?? "\(blueprint.directory)/generated"
      let folder = GeneratedFolder(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
      let secrets = try await secrets(of: &blueprint, unedited: { try folder.unedited($0) }, context)
      do throws(ManifestError) {
        return (folder, try await tree(of: blueprint, manifests: context.manifests, secrets: secrets))
      } catch {
        throw Exit(.failure, "\(error.file): \(error.reason)")
      }
    }
    let difference: GeneratedFolder.Difference
    do throws(WorkspaceError) {
      difference =
        context.invocation.has("check")
        ? try folder.difference(to: files) : try await folder.write(files, force: context.invocation.has("force"))
    } catch {
      throw Exit(.failure, error.description)
    }
    show(difference, count: files.count, in: folder, context)
    if context.invocation.has("check") { return difference.isEmpty ? .success : .failure }
    return difference.edited.isEmpty || context.invocation.has("force") ? .success : .failure
  }

  /// For Flux, and marks the releases that use them; for NixOS as they are.
  /// - Parameter unedited: what an earlier run wrote to a file of the tree.
  static func secrets(
    of blueprint: inout Blueprint, unedited: (String) throws -> [UInt8]?, _ context: Context
  ) async throws -> [RenderedFile] {
    let machines = try NixOSSecrets.files(of: blueprint)
    guard let flux = try FluxSecrets(blueprint) else { return machines }
    let work = SecretsWork(context)
    let (files, digests) = try await flux.files(
      unedited: unedited, keyring: { try await work.keyring() }, now: context.time())
    blueprint.setSecretsDigests(digests)
    return machines + files
  }

  private static func show(
    _ difference: GeneratedFolder.Difference, count: Int, in folder: GeneratedFolder, _ context: Context
  ) {
    let lists = [
      ("added", "+", difference.added), ("changed", "~", difference.changed), ("removed", "-", difference.removed),
      ("edited", "!", difference.edited),
    ]
    if context.format == .json {
      var json: JSON = ["folder": .string(folder.path), "files": .int(count)]
      for (name, _, paths) in lists { json[name] = .array(paths.map { .string($0) }) }
      context.output.line(json.text)
      return
    }
    let changes = lists.flatMap { _, sign, paths in paths.map { "\(sign) \($0)" } }
    if !changes.isEmpty { context.output.line(changes.joined(separator: "\n")) }
    let isCheck = context.invocation.has("check")
    if !difference.edited.isEmpty, !context.invocation.has("force") {
      let many = difference.edited.count
      context.output.errorLine(
        "\(many) file\(many == 1 ? " was" : "s were") edited by hand\(isCheck ? "" : ", so nothing was written"); edit the "
          + "cluster file instead, or overwrite with --force")
      return
    }
    context.output.line(
      difference.isEmpty
        ? "\(count) files in \(folder.path), all up to date"
        : "\(count) files in \(folder.path)\(isCheck ? ", not up to date: run 'croft render'" : "")")
  }
}
