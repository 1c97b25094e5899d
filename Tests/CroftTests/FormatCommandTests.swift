@preconcurrency import Glibc
import JSON
import Process
import Testing

@testable import croft

@Suite(.timeLimit(.minutes(5)))
struct FormatCommandTests {
  private static let cluster = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name:   home # it is
    include: [more/part.yaml]

    """
  private static let formatted = cluster.replacing("name:   home # it", with: "name: home  # it")
  private static let app = "apps:\n    one: {image:   \"example.net/one:1\"}\n"
  private static let formattedApp = "apps:\n  one: {image: \"example.net/one:1\"}\n"

  @Test func formatsTheFilesOfTheCluster() async throws {
    try await ScratchFolder.with { folder in
      try folder.write(Self.cluster, to: "cluster.yaml")
      try folder.write("nodes:\r\n- {name: cow, role: control-plane}\r\n", to: "nodes.yaml")
      try folder.write(Self.app, to: "apps/deep/one.yaml")
      try folder.write(Self.app.replacing("one", with: "two"), to: "more/part.yaml")
      try folder.write("a:   1\n", to: "other.yaml")
      try folder.write("a:   1\n", to: "secrets/a.sops.yaml")
      chmod("\(folder.path)/nodes.yaml", 0o640)
      let all = "apps/deep/one.yaml\ncluster.yaml\nmore/part.yaml\nnodes.yaml\n"

      let check = try await croft("fmt", "--check", directory: folder.path)
      #expect(check.status == .exited(1))
      #expect(check.text == all)
      #expect(check.errorText.isEmpty)
      #expect(try folder.read("cluster.yaml") == Self.cluster, "--check writes nothing")

      let output = try await croft("fmt", directory: folder.path)
      #expect(output.status == .exited(0))
      #expect(output.text == all)
      #expect(try folder.read("cluster.yaml") == Self.formatted)
      #expect(try folder.read("apps/deep/one.yaml") == Self.formattedApp)
      #expect(try folder.read("nodes.yaml") == "nodes:\n  - {name: cow, role: control-plane}\n")
      #expect(folder.mode("nodes.yaml") == 0o640)
      #expect(try folder.read("other.yaml") == "a:   1\n")
      #expect(try folder.read("secrets/a.sops.yaml") == "a:   1\n")
      #expect(try await folder.files().count == 6, "nothing is left behind")

      let again = try await croft("fmt", "--check", directory: folder.path)
      #expect(again.status == .exited(0))
      #expect(again.text.isEmpty)
    }
  }

  @Test func formatsWhatIsNamed() async throws {
    try await ScratchFolder.with { folder in
      try folder.write("a:   1\n", to: "one.yaml")
      try folder.write("a:   1\n", to: "folder/two.yml")
      try folder.write("a:   1\n", to: "folder/.hidden.yaml")
      try folder.write("a:   1\n", to: "folder/generated/three.yaml")
      try folder.write("a:   1\n", to: "folder/text.txt")
      try folder.write("a:   1\n", to: "folder/x.sops.yaml")
      symlink("one.yaml", "\(folder.path)/link.yaml")

      let output = try await croft("fmt", "link.yaml", "folder/", "link.yaml", directory: folder.path)
      #expect(output.status == .exited(0))
      #expect(output.text == "link.yaml\nfolder/two.yml\n")
      #expect(folder.isLink("link.yaml"))
      #expect(try folder.read("one.yaml") == "a: 1\n")
      #expect(try folder.read("folder/text.txt") == "a:   1\n")
      #expect(try folder.read("folder/generated/three.yaml") == "a:   1\n")

      let secret = try await croft("fmt", "folder/x.sops.yaml", directory: folder.path)
      #expect(secret.status == .exited(1))
      #expect(secret.errorText.contains("encrypted"))
      let nothing = try await croft("fmt", "nothing.yaml", directory: folder.path)
      #expect(nothing.status == .exited(1))
      #expect(nothing.errorText.contains("there is no file or folder 'nothing.yaml'"))
    }
  }

  @Test func aBrokenFileIsShownAndLeftAlone() async throws {
    try await ScratchFolder.with { folder in
      try folder.write("a:   [1\nb: 2\n", to: "broken.yaml")
      try folder.write("a:   1\n", to: "good.yaml")
      let output = try await croft("fmt", ".", directory: folder.path)
      #expect(output.status == .exited(1))
      #expect(output.text == "./good.yaml\n")
      #expect(output.errorText.contains("./broken.yaml:2:2: error[CR0113]"))
      #expect(output.errorText.contains("2 | b: 2"))
      #expect(try folder.read("broken.yaml") == "a:   [1\nb: 2\n")
      #expect(try folder.read("good.yaml") == "a: 1\n")
    }
  }

  @Test func whatWouldBeReadOtherwiseIsLeftAlone() async throws {
    try await ScratchFolder.with { folder in
      let text = "a: |\n     x\u{2028}     y\n"
      try folder.write(text, to: "a.yaml")
      let output = try await croft("fmt", "a.yaml", directory: folder.path)
      #expect(output.status == .exited(1))
      #expect(output.errorText.contains("a.yaml is left as it is"))
      #expect(try folder.read("a.yaml") == text)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everything")) func aReadOnlyFileStays() async throws {
    try await ScratchFolder.with { folder in
      try folder.write("a:   1\n", to: "a.yaml")
      chmod("\(folder.path)/a.yaml", 0o444)
      let output = try await croft("fmt", "a.yaml", directory: folder.path)
      #expect(output.status == .exited(1))
      #expect(output.errorText.contains("a.yaml cannot be written: Permission denied"))
      #expect(try folder.read("a.yaml") == "a:   1\n")
    }
  }

  @Test func programsGetJSON() async throws {
    try await ScratchFolder.with { folder in
      try folder.write("a:   1\n", to: "a.yaml")
      try folder.write("a: 1\n", to: "b.yaml")
      try folder.write("a: [1\nb: 2\n", to: "c.yaml")
      let output = try await croft("fmt", "--check", "-o", "json", "a.yaml", "b.yaml", "c.yaml", directory: folder.path)
      #expect(output.status == .exited(1))
      let json = try JSON(parsing: output.text)
      #expect(
        json["files"] == [
          ["path": "a.yaml", "changed": true, "error": .null], ["path": "b.yaml", "changed": false, "error": .null],
          ["path": "c.yaml", "changed": false, "error": .null],
        ])
      #expect(json["errors"] == 1)
      #expect(json["diagnostics"]?.array?.first?["file"] == "c.yaml")
    }
  }

  @Test func standardInput() async throws {
    func format(_ text: String, _ arguments: String...) async throws -> CommandOutput {
      try await Command(croftPath, ["fmt"] + arguments, directory: "/", input: Array(text.utf8)).run(
        timeout: .seconds(300))
    }
    let good = try await format("a:   {b: 1 }   # c\r\n", "-")
    #expect(good.status == .exited(0))
    #expect(good.text == "a: {b: 1}  # c\n")
    let bad = try await format("a: [", "-")
    #expect(bad.status == .exited(1))
    #expect(bad.text.isEmpty)
    #expect(bad.errorText.contains("<stdin>:1:4: error[CR0113]"))
    #expect(try await format("a:  1\n", "-", "--check").status == .exited(1))
    #expect(try await format("a: 1\n", "-", "--check").status == .exited(0))
    #expect(try await format("", "-").text.isEmpty)
    #expect(try await format("", "-", "a.yaml").status == .exited(64))
    #expect(try await format("", "-", "-o", "json").status == .exited(64))
  }
}
