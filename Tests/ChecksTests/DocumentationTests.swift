import Blueprint
import Catalog
import Checks
import Diagnostics
import Glibc
import Testing

/// `CROFT_RECORD=1 swift test --disable-xctest --filter DocumentationTests` writes docs/checks.md anew.
@Suite struct DocumentationTests {
  static let root = "\(#filePath.dropLast("Tests/ChecksTests/DocumentationTests.swift".count))"

  @Test func everyRuleIsInTheDocumentation() throws {
    let path = Self.root + "docs/checks.md"
    let text = Self.introduction + Self.tables
    if getenv("CROFT_RECORD") != nil, let file = fopen(path, "w") {
      fputs(text, file)
      fclose(file)
    }
    let written = String(decoding: try FileWorkspace().read(path), as: UTF8.self)
    #expect(written == text)
  }

  private static let introduction = """
    # Checks

    `croft check` reads the cluster file and reports every mistake in one run, without a cluster: where it is, what it
    collides with, and how to mend it. `croft deploy` and `croft plan` check first and do nothing where there is an error.

    - An **error** would make the deployment end badly, or never. The exit code is 1.
    - A **warning** is something that works and is probably not meant.
    - A **note** says what Croft makes of the file.

    What the rules cannot know they do not judge: what a chart or a kustomization makes is known only once it is rendered,
    and a Secret that no release makes may well be in the cluster.

    Codes are stable. `croft explain CODE` prints a rule's page with its reason, a file that breaks it and the same file
    mended. Codes below CR0300 are for the syntax of YAML (CR01..) and the keys and values of the cluster file (CR02..).
    The table below is checked by a test; each rule is one file in `Sources/Checks`.

    """

  private static var tables: String {
    let families: KeyValuePairs = [
      "CR03": "Dependencies and layers", "CR04": "Network and nodes", "CR050": "Names, namespaces and objects",
      "CR051": "Files", "CR052": "References", "CR053": "Waits", "CR054": "Workloads",
      "CR055": "Components",
      "CR060": "Ways in", "CR061": "The platform and what applications ask of it", "CR065": "Storage and backups",
      "CR07": "Operations", "CR08": "Versions", "CR09": "Hosts",
    ]
    var text = ""
    for family in families {
      text += "\n## \(family.value)\n\n| code | what is wrong | severity at most |\n|---|---|---|\n"
      for rule in allRules where rule.about.code.hasPrefix(family.key) {
        text += "| \(rule.about.code) | \(rule.about.title) | \(rule.about.severity.rawValue) |\n"
      }
    }
    return text
  }

  @Test func everyRuleIsInOneTable() {
    let rows = Self.tables.split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst().first }.map(
      String.init)
    #expect(rows.filter { $0.hasPrefix("CR") } == allRules.map { $0.about.code })
  }

  /// Every cluster in examples/ is one that a user can take as it is; four keep weaknesses of their models: a pool
  /// that reaches up to the broadcast address, two members of etcd, applications in the namespace 'default', one disk for
  /// Ceph, a page that asks nobody for a password, and a volume that goes with its claim.
  private static let weaknesses = [
    "home-k3s": ["CR0551"], "k3d-one-host": ["CR0653"], "home-ops": ["CR0503", "CR0503", "CR0551", "CR0422"],
    "nixlab": ["CR0424"],
  ]

  @Test func examplesAreClean() throws {
    let files = FileWorkspace()
    guard try files.kind(of: Self.root + "examples") == .folder else { return }
    for name in try files.list(Self.root + "examples") {
      let folder = Self.root + "examples/\(name)"
      guard try files.kind(of: folder + "/cluster.yaml") == .file else { continue }
      let loaded = loadCluster(folder)
      let problems = loaded.diagnostics.map(\.message)
      #expect(problems == [])
      guard let blueprint = loaded.blueprint else { continue }
      let found = check(blueprint).filter { $0.severity != .note }.map(\.code)
      #expect(found == Self.weaknesses[name] ?? [], "examples/\(name)")
    }
  }
}
