import JSON
import Process
import Testing

@testable import croft

@Suite(.timeLimit(.minutes(5)))
struct InitCommandTests {
  @Test(arguments: ["k3s", "k3d", "talos", "upstream"])
  func makesAClusterWithoutMistakes(distribution: String) async throws {
    try await ScratchFolder.with { folder in
      let nodes =
        distribution == "k3d" ? [] : ["--node", "cow=192.168.14.11,fd12::11", "--node=sheep=192.168.14.12,worker"]
      let output = try await Command(
        croftPath,
        ["init", "a/home", "--yes", "--domain", "home.example.net", "--distribution", distribution] + nodes,
        directory: folder.path
      ).run(timeout: .seconds(300))
      #expect(output.status == .exited(0), "\(output.errorText)")
      #expect(output.text.contains("cd a/home"))
      let isBroughtUp = ["k3s", "k3d"].contains(distribution)
      #expect(output.text.contains("  croft up ") == isBroughtUp)
      #expect(try folder.read("a/home/README.md").contains("\ncroft up ") == isBroughtUp)
      #expect(try await folder.files() == ["a/home/.gitignore", "a/home/README.md", "a/home/cluster.yaml"])
      let text = try folder.read("a/home/cluster.yaml")
      #expect(text.contains("\nname: home\n"))
      #expect(text.contains("\n  distribution: \(distribution)\n"))
      #expect(text.split(separator: "\n").count < 30, "short enough to read")
      let check = try await croft("check", "-C", "a/home", directory: folder.path)
      #expect(check.status == .exited(0))
      #expect(check.text == "no problems\n")
      #expect(try await croft("fmt", "--check", "-C", "a/home", directory: folder.path).status == .exited(0))
      if !nodes.isEmpty {
        #expect(text.contains("nodes: [192.168.14.0/24, \"fd12::/64\"]"))
        #expect(text.contains("{name: cow, role: control-plane, addresses: [192.168.14.11, \"fd12::11\"]}"))
        #expect(text.contains("{name: sheep, role: worker, addresses: [192.168.14.12]}"))
      }
    }
  }

  @Test func defaults() async throws {
    try await ScratchFolder.with { folder in
      let output = try await croft("init", "My Cluster!", "-y", directory: folder.path)
      #expect(output.status == .exited(0))
      #expect(try folder.read("My Cluster!/cluster.yaml").contains("\nname: my-cluster\n"))
      #expect(try await croft("check", "-C", "My Cluster!", directory: folder.path).text == "no problems\n")
      // In the working directory there is nowhere to go first.
      let here = try await croft("init", "--yes", "--name", "on", directory: folder.path)
      #expect(here.text.hasPrefix(".gitignore\nREADME.md\ncluster.yaml\n"))
      #expect(!here.text.contains("cd "))
      #expect(try folder.read("cluster.yaml").contains("\nname: \"on\"\n"))
      #expect(try await croft("check", directory: folder.path).status == .exited(0))
    }
  }

  @Test(arguments: ["cluster.yaml", "README.md", ".gitignore"])
  func neverWritesOverAFile(name: String) async throws {
    try await ScratchFolder.with { folder in
      try folder.write("mine", to: "home/\(name)")
      let output = try await croft("init", "home", "--yes", directory: folder.path)
      #expect(output.status == .exited(1))
      #expect(output.errorText.contains("home/\(name) is there already; nothing was written"))
      #expect(try await folder.files() == ["home/\(name)"])
      #expect(try folder.read("home/\(name)") == "mine")
      #expect(try await croft("init", "home/\(name)", "--yes", directory: folder.path).errorText.contains("no folder"))
    }
  }

  @Test(arguments: Example.all.map(\.name))
  func copiesAnExample(name: String) async throws {
    try await ScratchFolder.with { folder in
      let output = try await croft("init", "new", "--from", name, "-o", "json", directory: folder.path)
      #expect(output.status == .exited(0))
      let files = try await folder.files().map { String($0.dropFirst("new/".count)) }
      #expect(try JSON(parsing: output.text)["files"]?.array?.compactMap(\.string) == files)
      let example = try #require(Example.all.first { $0.name == name })
      for file in example.files { #expect(try folder.read("new/\(file.path)") == file.text) }
      #expect(files.contains(".gitignore") && files.contains("README.md"))
      #expect(try await croft("check", "-C", "new", directory: folder.path).status == .exited(0))

      _ = try await croft("init", "named", "--from", name, "--name", "other", directory: folder.path)
      #expect(try folder.read("named/cluster.yaml").contains("\nname: other\n"))
      #expect(try await croft("check", "-C", "named", directory: folder.path).status == .exited(0))
    }
  }

  @Test func theProgramCarriesEveryFileOfTheExamples() async throws {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let found = try await Command("find", ["-L", ".", "-name", "cluster.yaml"], directory: "\(root)/examples").run()
    let folders = found.text.split(separator: "\n").map { $0.split(separator: "/")[1] }.map(String.init)
    #expect(Example.all.map(\.name).sorted() == folders.sorted(), "see Sources/CExamples/examples.c")
    for example in Example.all {
      let folder = ScratchFolder(path: "\(root)/examples/\(example.name)")
      // What croft makes beside a cluster file is not a part of the example.
      let files = try await folder.files().filter { !$0.hasPrefix("generated/") && $0 != "croft.lock" }
      #expect(example.files.map(\.path).sorted() == files, "see Sources/CExamples/examples.c")
      for file in example.files { #expect(try folder.read(file.path) == file.text, "\(example.name)/\(file.path)") }
    }
  }

  @Test(
    arguments: [
      (["--name", "Foo_Bar"], "'Foo_Bar' is not the name of a cluster"),
      (["--domain", "a b"], "'a b'"),
      (["--node", "192.168.1.10"], "'192.168.1.10' has no '='"),
      (["--node", "cow=192.168.1.999"], "999 is more than 255"),
      (["--node", "cow=192.168.1.10", "--node", "cow=192.168.1.11"], "cow"),
      (["--distribution", "k9s"], "k3s, k3d, talos, upstream"),
      (["--from", "helo"], "did you mean 'hello'?"),
      (["--from", "hello", "--domain", "example.net"], "--domain has no effect on an example"),
    ])
  func aWrongAnswerIsExplainedAndNothingIsWritten(arguments: [String], words: String) async throws {
    try await ScratchFolder.with { folder in
      let output = try await Command(croftPath, ["init", "home", "--yes"] + arguments, directory: folder.path).run(
        timeout: .seconds(300))
      #expect(output.status == .exited(64))
      #expect(output.errorText.contains(words), "\(output.errorText)")
      #expect(try await folder.files().isEmpty)
    }
  }

  @Test func asksNobodyWhereNobodyIs() async throws {
    try await ScratchFolder.with { folder in
      let output = try await croft("init", directory: folder.path)
      #expect(output.status == .exited(64))
      #expect(output.errorText.contains("say --yes"))
      #expect(try await folder.files().isEmpty)
    }
  }

  @Test(.enabled(if: Executable.find("script") != nil, "needs script (bsdutils)")) func asksOnATerminal() async throws {
    try await ScratchFolder.with { folder in
      let answers = [
        "Wrong_", "barn", "barn.example.net", "", "cow=192.168.1.11", "sheep", "sheep=192.168.1.12", "", "",
      ]
      let output = try await Command(
        "script", ["--quiet", "--return", "--command", "exec '\(croftPath)' init new --color never", "screen"],
        environment: ["TERM": "xterm", "NO_COLOR": "1"], directory: folder.path,
        input: Array(answers.joined(separator: "\n").utf8)
      ).run(timeout: .seconds(300))
      #expect(output.isSuccess, "\(output.text)")
      #expect(output.text.contains("Name of the cluster [new]:"))
      #expect(output.text.contains("'Wrong_' is not the name of a cluster"))
      #expect(output.text.contains("'sheep' has no '='"))
      let text = try folder.read("new/cluster.yaml")
      #expect(text.contains("\nname: barn\ndomain: barn.example.net"))
      #expect(text.contains("\n  distribution: k3s\n"))
      #expect(text.contains("{name: sheep, role: worker, addresses: [192.168.1.12]}"))
    }
  }

  @Test func aNameOfAFolderBecomesOneOfACluster() {
    #expect(ClusterAnswers.name(ofFolder: "/srv/My Home_1") == "my-home-1")
    #expect(ClusterAnswers.name(ofFolder: "/") == "home")
    #expect(ClusterAnswers.name(ofFolder: "/ä") == "home")
    #expect(ClusterAnswers.name(ofFolder: "/" + String(repeating: "a", count: 64)) == "home")
  }
}
