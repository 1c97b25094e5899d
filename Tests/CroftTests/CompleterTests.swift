import Testing

@testable import croft

struct CompleterTests {
  let completer = Completer(commands: AllCommands.specs, globals: GlobalOptions.specs) { kind, _ in
    switch kind {
    case .releases: ["cilium", "coredns", "traefik"].map { .init(value: $0, help: "system") }
    case .layers: [.init(value: "core", help: "")]
    default: []
    }
  }

  private func values(_ words: String..., bash: Bool = false) -> [String]? {
    guard case .candidates(let list) = completer.complete(words, splitsAtEquals: bash) else { return nil }
    return list.map(\.value)
  }

  @Test func commands() {
    #expect(values("de") == ["deploy", "delete"])
    #expect(values("")?.contains("__complete") == false)
    #expect(values("-C", "x", "pl") == ["plan"])
    #expect(values("help", "st") == ["status"])
    #expect(values("secrets", "e") == ["edit", "encrypt"], "the commands of a group")
    #expect(values("secrets", "set", "--ev") == ["--every"])
    #expect(values("plan", "") == ["nodes"], "a command that does something alone, too")
    #expect(values("plan", "--un") == ["--until"])
    #expect(values("plan", "nodes", "--tags", "us") == ["users"])
  }

  @Test func options() {
    #expect(values("deploy", "--d") == ["--dry-run", "--directory"])
    #expect(values("--d") == ["--directory"])
    #expect(values("deploy", "--yes", "--y") == [], "a flag is offered once")
    #expect(values("deploy", "--only", "cilium", "--on") == ["--only"], "a list may go on")
    #expect(values("deploy", "--", "--y") == [])
  }

  @Test func valuesOfOptions() {
    #expect(values("deploy", "--until", "") == ["core"])
    #expect(values("deploy", "--only", "c") == ["cilium", "coredns"])
    #expect(values("graph", "-f", "m") == ["mermaid"])
    #expect(values("check", "--output=j") == ["--output=json"])
    #expect(values("check", "--output", "=", "j", bash: true) == ["json"])
    #expect(values("check", "--output", "=", bash: true) == ["text", "json"])
    #expect(values("--output", "=", "json", "che", bash: true) == ["check"])
    #expect(completer.complete(["--kubeconfig", ""]) == .files)
    #expect(completer.complete(["--kubeconfig=/e"]) == .files)
    #expect(completer.complete(["-C", ""]) == .folders)
  }

  @Test func arguments() {
    #expect(values("delete", "cilium", "") == ["coredns", "traefik"], "what stands already is not offered")
    #expect(values("completion", "") == ["bash", "zsh", "fish"])
    #expect(values("completion", "bash", "") == [])
    #expect(values("check", "") == [])
    #expect(values("nonsense", "") != nil)
  }

  @Test func initAndFmt() {
    #expect(completer.complete(["init", ""]) == .folders)
    #expect(values("init", "--from", "hel") == ["hello"])
    #expect(values("init", "--distribution", "k") == ["k3s", "k3d"])
    #expect(completer.complete(["fmt", "a", ""]) == .files)
    #expect(values("fmt", "--ch") == ["--check"])
  }
}
