@preconcurrency import Glibc
import JSON
import Process
import Testing

/// The program that was built with these tests.
let croftPath: String = {
  let bundle = CommandLine.arguments[0]
  return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/croft"
}()

/// Runs croft where it finds no settings of the person who runs the tests.
func croft(_ arguments: String..., directory: String = "/", environment: [String: String?] = [:]) async throws
  -> CommandOutput
{
  let empty: [String: String?] = [
    "HOME": "/var/empty", "KUBECONFIG": nil, "KUBERNETES_SERVICE_HOST": nil, "NO_COLOR": nil, "CLICOLOR_FORCE": nil,
    "LANG": "C.UTF-8", "LC_ALL": nil,
  ]
  return try await Command(
    croftPath, arguments, environment: empty.merging(environment) { $1 }, directory: directory
  ).run(timeout: .seconds(300))
}

private func withFolder(_ body: (String) async throws -> Void) async throws {
  var name = Array("/tmp/croft-cli-XXXXXX".utf8CString)
  _ = mkdtemp(&name)
  let folder = String(decoding: name.dropLast().map(UInt8.init), as: UTF8.self)
  try await body(folder)
  _ = try await Command("rm", ["-rf", folder]).run()
}

private func write(_ text: String, to path: String) throws {
  let file = try #require(fopen(path, "w"))
  fputs(text, file)
  fclose(file)
}

@Suite(.timeLimit(.minutes(5)))
struct BinaryTests {
  @Test func helpGoesToStandardOutput() async throws {
    let output = try await croft("--help")
    #expect(output.status == .exited(0))
    #expect(output.text.contains("Usage: croft"))
    #expect(output.text.contains("75   another run is at work on the cluster"))
    #expect(output.errorText.isEmpty)
    let page = try await croft("deploy", "--help")
    #expect(page.text == (try await croft("help", "deploy").text))
    #expect(page.text.contains("--dry-run"))
  }

  @Test func nothingIsHelpAndStatus64() async throws {
    let output = try await croft()
    #expect(output.status == .exited(64))
    #expect(output.text.contains("Usage: croft"))
  }

  @Test func aMistakeIsExplainedOnStandardError() async throws {
    let output = try await croft("deploi")
    #expect(output.status == .exited(64))
    #expect(output.text.isEmpty)
    #expect(
      output.errorText == """
        error: there is no command 'deploi'; did you mean 'croft deploy'?
        'croft --help' says what it takes.

        """)
  }

  @Test func colorsFollowTheSwitch() async throws {
    #expect(!(try await croft("--help").text).contains("\u{1B}["))
    #expect(try await croft("--help", "--color", "always").text.contains("\u{1B}["))
    #expect(try await croft("--help", environment: ["CLICOLOR_FORCE": "1"]).text.contains("\u{1B}["))
  }

  @Test func tellsItsVersion() async throws {
    let text = try await croft("version").text
    #expect(text.hasPrefix("croft "))
    #expect(try await croft("--version").text == text)
    #expect(try JSON(parsing: try await croft("version", "-o", "json").text)["version"]?.string != nil)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionScriptsAreRightForTheirShell(shell: String) async throws {
    let script = try await croft("completion", shell)
    #expect(script.isSuccess)
    guard Executable.find(shell) != nil else { return }
    let check = try await Command(shell, ["-n"], input: script.standardOutput).run()
    #expect(check.isSuccess, "\(check.errorText)")
  }

  @Test(
    .enabled(if: Executable.find("bash") != nil),
    arguments: [
      ("croft de", "deploy delete"), ("croft check --output=j", "json"), ("croft completion ", "bash zsh fish"),
      ("croft explain --l", "--list"),
    ])
  func bashCompletes(line: String, expected: String) async throws {
    // What bash does when Tab is pressed.
    let script = """
      source <("$CROFT" completion bash)
      shopt -s extglob
      COMP_LINE=$LINE
      COMP_WORDS=(${LINE//=/ = })
      [[ $LINE == *' ' ]] && COMP_WORDS+=('')
      COMP_WORDS[0]=$CROFT
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _croft
      echo "${COMPREPLY[*]}"
      """
    let output = try await Command(
      "bash", ["-c", script], environment: ["CROFT": croftPath, "LINE": line], directory: "/"
    ).run(timeout: .seconds(300))
    #expect(output.text == expected + "\n", "\(output.errorText)")
  }

  @Test func namesComeFromTheClusterFile() async throws {
    try await withFolder { folder in
      try write(Self.cluster, to: "\(folder)/cluster.yaml")
      _ = try await Command("mkdir", ["\(folder)/sub"]).run()
      // From a folder below it.
      let releases = try await croft("__complete", "zsh", "--", "delete", "", directory: "\(folder)/sub")
      #expect(releases.text == "one\tfirst\ntwo\tsecond\n")
      let layers = try await croft("__complete", "fish", "--", "-C", folder, "deploy", "--until", "")
      #expect(layers.text == "base\n")
    }
  }

  static let cluster = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: home
    apps:
      one: {namespace: first, manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: one}}]}
      two: {namespace: second, dependsOn: [one], manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: two}}]}
    layers:
      - {name: base, releases: [one, two]}

    """

  @Test func checkReadsTheClusterFile() async throws {
    try await withFolder { folder in
      let missing = try await croft("check", directory: folder)
      #expect(missing.status == .exited(1))
      #expect(missing.errorText.contains("there is no cluster.yaml in \(folder)"))

      try write(Self.cluster, to: "\(folder)/cluster.yaml")
      let good = try await croft("check", directory: folder)
      #expect(good.status == .exited(0), "\(good.text)\(good.errorText)")

      try write(Self.cluster + "domian: x.example\n", to: "\(folder)/cluster.yaml")
      let bad = try await croft("check", directory: folder)
      #expect(bad.status == .exited(1))
      #expect(bad.text.contains("cluster.yaml:9:1: error[CR"))
      #expect(bad.text.contains("did you mean 'domain'?"))
      let json = try JSON(parsing: try await croft("check", "-o", "json", "-C", folder).text)
      #expect(json["errors"] == 1)
      // What needs a cluster is not begun with a wrong file.
      let plan = try await croft("plan", directory: folder)
      #expect(plan.status == .exited(1))
      #expect(plan.text.isEmpty)
      #expect(plan.errorText.contains("error[CR"))
    }
  }

  @Test func checkLooksAtEveryEnvironment() async throws {
    try await withFolder { folder in
      let variants = """
        environments:
          dev: {apps: {one: {dependsOn: [nobody]}}}
          test: {apps: {one: {dependsOn: [nobody]}}}
          good: {domain: example.net}

        """
      try write(Self.cluster + variants, to: "\(folder)/cluster.yaml")
      let all = try JSON(parsing: try await croft("check", "-o", "json", "-C", folder).text)
      let messages = all["diagnostics"]?.array?.compactMap { $0["message"]?.string } ?? []
      // At two places, so two mistakes.
      #expect(messages.count == 2 && messages[0].contains("'nobody'"), "\(messages)")
      #expect(messages[0].hasSuffix(" (in the environment 'dev')"))
      #expect(messages[1].hasSuffix(" (in the environment 'test')"))
      #expect(try await croft("check", "-C", folder).status == .exited(1))
      #expect(try await croft("check", "-C", folder, "--environment", "good").status == .exited(0))
      let one = try await croft("check", "-C", folder, "--environment", "dev")
      #expect(one.status == .exited(1) && !one.text.contains("in the environment"))
    }
  }

  @Test func graphNeedsNoCluster() async throws {
    try await withFolder { folder in
      try write(Self.cluster, to: "\(folder)/cluster.yaml")
      #expect(try await croft("graph", directory: folder).text == "base\n  one\n  two ← one\n")
      #expect(try await croft("graph", "-f", "dot", directory: folder).text.contains("\"one\" -> \"two\""))
      #expect(try await croft("graph", "-f", "mermaid", directory: folder).text.hasPrefix("graph LR\n"))
    }
  }

  @Test func saysThatTheClusterIsOutOfReach() async throws {
    try await withFolder { folder in
      try write(Self.cluster, to: "\(folder)/cluster.yaml")
      let none = try await croft("status", directory: folder)
      #expect(none.status == .exited(69))
      #expect(none.errorText.contains("kubeconfig"))
      try write(
        """
        apiVersion: v1
        kind: Config
        current-context: lab
        contexts: [{name: lab, context: {cluster: lab, user: me}}]
        clusters: [{name: lab, cluster: {server: "https://127.0.0.1:9"}}]
        users: [{name: me, user: {token: x}}]

        """, to: "\(folder)/kubeconfig")
      let closed = try await croft("plan", "--kubeconfig", "\(folder)/kubeconfig", directory: folder)
      #expect(closed.status == .exited(69))
      #expect(closed.errorText.contains("127.0.0.1:9"))
      #expect(
        try await croft("__complete", "bash", "--", "--kubeconfig", "\(folder)/kubeconfig", "--context", "").text
          == "lab\n")
    }
  }

  @Test func asksNobodyWhereNobodyIs() async throws {
    try await withFolder { folder in
      try write(Self.cluster, to: "\(folder)/cluster.yaml")
      let output = try await croft("delete", directory: folder)
      #expect(output.status == .exited(64))
      #expect(output.errorText.contains("names of releases or --all"))
    }
  }

  @Test func doctorNamesWhatIsMissingAndHowToGetIt() async throws {
    try await withFolder { folder in
      let output = try await croft(
        "doctor", directory: folder, environment: ["PATH": "/var/empty", "CROFT_STATE": "\(folder)/state"])
      #expect(output.status == .exited(1))
      #expect(output.text.contains("helm"))
      #expect(output.text.contains("get-helm-3"))
      #expect(output.text.contains("✓ journal"))
      let json = try JSON(
        parsing: try await croft(
          "doctor", "-o", "json", directory: folder, environment: ["CROFT_STATE": "\(folder)/state"]
        ).text)
      #expect(
        json.array?.map { $0["subject"]?.string } == [
          "helm", "kubectl", "age", "git", "cluster file", "cluster", "journal",
        ])
    }
  }

  @Test func aReaderThatGoesAwayIsNoError() async throws {
    let output = try await Command(
      "bash", ["-c", "set -o pipefail; \"$0\" --help | head -1", croftPath], directory: "/"
    ).run(timeout: .seconds(300))
    #expect(output.status == .exited(0))
    #expect(output.errorText.isEmpty)
  }
}
