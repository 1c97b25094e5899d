import JSON
import Process
import Testing

/// `croft render` as a person and a pipeline use it.
@Suite(.timeLimit(.minutes(5))) struct RenderCommandTests {
  private static let cluster = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: home
    network: {nodes: 10.0.0.0/24}
    kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
    nodes: [{name: a, role: control-plane, addresses: [10.0.0.1]}]
    apps:
      web: {image: "docker.io/library/nginx:1.29.4", port: 80}

    """

  private static func render(_ folder: ScratchFolder, in directory: String, _ arguments: String...) async throws
    -> CommandOutput
  {
    try await Command(croftPath, ["render"] + arguments, directory: "\(folder.path)/\(directory)")
      .run(timeout: .seconds(300))
  }

  @Test func aTreeIsWrittenCheckedAndKept() async throws {
    try await ScratchFolder.with { folder in
      try folder.write(Self.cluster, to: "home/cluster.yaml")
      let missing = try await Self.render(folder, in: "home", "--check")
      #expect(missing.status == .exited(1) && missing.text.contains("not up to date: run 'croft render'"))
      #expect(try await folder.files() == ["home/cluster.yaml"], "a check writes nothing")

      #expect(try await Self.render(folder, in: "home").status == .exited(0))
      #expect(try await Self.render(folder, in: "home", "--check").status == .exited(0))
      let files = try await folder.files()
      #expect(files.contains("home/generated/manifests/web/objects.yaml"))
      let before = try await Self.contents(folder, "home/generated")

      // Again, and from two other places: the same bytes.
      #expect(try await Self.render(folder, in: "home").text.contains("all up to date"))
      try folder.write("", to: "other/note")
      for (directory, arguments) in [
        (".", ["-C", "home"]), ("other", ["-C", "../home"]), ("other", ["-C", folder.path + "/home"]),
      ] {
        let output = try await Command(
          croftPath, ["render", "--to", folder.path + "/again"] + arguments, directory: "\(folder.path)/\(directory)"
        ).run(timeout: .seconds(300))
        #expect(output.isSuccess, "\(output)")
        #expect(try await Self.contents(folder, "again") == before)
        _ = try await Command("rm", ["-r", "\(folder.path)/again"]).run()
      }

      // What is not Croft's own stays; an edit is told and kept, and then nothing is written.
      try folder.write("mine\n", to: "home/generated/nodes/note.txt")
      let objects = "home/generated/manifests/web/objects.yaml"
      let text = try folder.read(objects)
      try folder.write(text + "# mine\n", to: objects)
      try folder.write(Self.cluster.replacing("1.29.4", with: "1.29.5"), to: "home/cluster.yaml")
      let edited = try await Self.render(folder, in: "home")
      #expect(edited.status == .exited(1) && edited.text == "! manifests/web/objects.yaml\n", "\(edited)")
      #expect(edited.errorText.contains("1 file was edited by hand, so nothing was written"))
      #expect(try folder.read(objects) == text + "# mine\n")
      let json = try await Self.render(folder, in: "home", "--check", "--output", "json")
      #expect(json.status == .exited(1))
      #expect(try JSON(parsing: json.text)["edited"] == ["manifests/web/objects.yaml"])
      #expect(try await Self.render(folder, in: "home", "--force").status == .exited(0))
      #expect(try folder.read(objects).contains("nginx:1.29.5"))

      // What is no longer made goes.
      let smaller = Self.cluster.replacing(#/(?s)apps:.*/#, with: "")
      try folder.write(smaller, to: "home/cluster.yaml")
      let removed = try await Self.render(folder, in: "home")
      #expect(removed.isSuccess && removed.text.contains("- manifests/web/objects.yaml\n"), "\(removed)")
      let left = try await folder.files()
      #expect(!left.contains { $0.contains("manifests") } && left.contains("home/generated/nodes/note.txt"))
    }
  }

  @Test func aFileWithMistakesIsNotRendered() async throws {
    try await ScratchFolder.with { folder in
      try folder.write(Self.cluster.replacing("port: 80", with: "prot: 80"), to: "home/cluster.yaml")
      let output = try await Self.render(folder, in: "home")
      #expect(output.status == .exited(1) && output.errorText.contains("prot"), "\(output)")
      #expect(try await folder.files() == ["home/cluster.yaml"])
    }
  }

  private static func contents(_ folder: ScratchFolder, _ path: String) async throws -> String {
    try await Command(
      "sh", ["-ec", "find . -type f | sort | xargs sha256sum"], directory: "\(folder.path)/\(path)"
    ).run().text
  }
}
