// swift-tools-version: 6.2
import PackageDescription

// The module graph of docs/architecture.md: an arrow points down only, and only along the lines below.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, swiftSettings: strict)
}

/// - Parameter fixtures: folders of files that tests read where they are.
func tests(_ name: String, _ dependencies: [String], fixtures: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies.map { .init(stringLiteral: $0) }, exclude: fixtures,
    swiftSettings: strict)
}

let package = Package(
  name: "croft",
  products: [.executable(name: "croft", targets: ["croft"])],
  targets: [
    // System libraries.
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CProcess"),

    // libcurl, loaded when it is first used; its headers are those of libcurl4-openssl-dev.
    .target(name: "CCurl"),

    // The files of examples/, in the program.
    .target(name: "CExamples"),

    // Row 0: small and general.
    module("JSON"),
    module("Redaction"),
    module("Diagnostics", ["JSON"]),
    module("Digest", ["CCrypto"]),
    module("YAML", ["CYAML", "JSON", "Diagnostics"]),
    module("HTTP", ["CCurl", "Redaction"]),
    module("Process", ["CProcess"]),
    module("Store", ["CSQLite"]),
    module("Terminal"),

    // Row 1: the cluster file and the cluster.
    module("Blueprint", ["YAML", "JSON", "Diagnostics"]),
    module("Kubernetes", ["HTTP", "Redaction", "JSON", "YAML", "Process", "Diagnostics"]),
    module("Secrets", ["CCrypto", "CProcess", "Redaction", "Process", "JSON", "YAML", "Diagnostics"]),
    module("Hosts", ["Redaction", "Process"]),

    // Row 2: from the cluster file to what is deployed.
    module("Checks", ["Blueprint", "Catalog", "Diagnostics", "JSON", "YAML"]),
    module("Catalog", ["Blueprint", "Digest", "Diagnostics", "JSON", "YAML"]),

    module("Render", ["Blueprint", "Catalog", "Secrets", "Digest", "Redaction", "Diagnostics", "JSON", "YAML"]),

    // Row 3: workflows.
    module(
      "Rollout",
      [
        "Blueprint", "Catalog", "Kubernetes", "Secrets", "Store", "Process", "Digest", "Redaction", "JSON", "YAML",
        "Diagnostics",
      ]),
    module(
      "Provision",
      ["Blueprint", "Catalog", "Render", "Hosts", "Kubernetes", "Digest", "Redaction", "Diagnostics", "JSON", "YAML"]),

    // Row 4: workflows made of workflows.
    module(
      "Lifecycle",
      [
        "Blueprint", "Catalog", "Kubernetes", "Render", "Secrets", "Provision", "Rollout", "Process", "Redaction",
        "JSON",
      ]),

    // Row 5: the command line.
    .executableTarget(
      name: "croft",
      dependencies: [
        "Blueprint", "Catalog", "Checks", "Hosts", "Kubernetes", "Lifecycle", "Provision", "Render", "Rollout",
        "Secrets", "Store", "Process", "Terminal", "Redaction", "Diagnostics", "JSON", "YAML", "CExamples",
      ],
      swiftSettings: strict),

    // Test support, not shipped: a real control plane on this machine, hollow nodes, a chart server.
    .target(
      name: "Lab", dependencies: ["Kubernetes", "Redaction", "HTTP", "JSON", "YAML", "Process"], path: "Lab/Lab",
      swiftSettings: strict),
    .executableTarget(
      name: "lab", dependencies: ["Lab", "Kubernetes", "Process"], path: "Lab/lab-tool", swiftSettings: strict),

    tests("JSON", ["JSON"]),
    tests("Diagnostics", ["Diagnostics", "JSON"]),
    tests("YAML", ["YAML", "JSON", "Diagnostics"]),
    tests("HTTP", ["HTTP", "Redaction", "Process"]),
    tests("Process", ["Process"]),
    tests("Hosts", ["Hosts", "Redaction", "Process"]),
    tests("Store", ["Store", "Process"]),
    tests("Terminal", ["Terminal"]),
    tests(
      "Blueprint", ["Blueprint", "Catalog", "YAML", "JSON", "Diagnostics", "Process"], fixtures: ["Malformed"]),
    tests("Kubernetes", ["Kubernetes", "Lab", "HTTP", "JSON", "YAML", "Process", "Redaction"]),
    tests("Secrets", ["Secrets", "Redaction", "Process", "JSON", "YAML", "Diagnostics"]),
    tests(
      "Checks", ["Checks", "Catalog", "Blueprint", "YAML", "JSON", "Diagnostics"], fixtures: ["Clean", "Malformed"]),
    tests(
      "Catalog", ["Catalog", "Blueprint", "Checks", "JSON", "YAML", "Diagnostics", "Process"],
      fixtures: ["Fixtures", "Clusters", "Components", "OwnComponents"]),
    tests(
      "Render", ["Render", "Blueprint", "Catalog", "Secrets", "Redaction", "Process", "JSON", "YAML", "Diagnostics"],
      fixtures: ["NixOS/Stubs"]),
    tests(
      "Rollout",
      [
        "Rollout", "Render", "Lab", "Blueprint", "Catalog", "Kubernetes", "Store", "Process", "JSON", "YAML",
        "Diagnostics",
      ]),
    tests(
      "Provision",
      [
        "Provision", "Blueprint", "Catalog", "Render", "Hosts", "Digest", "Redaction", "Process", "JSON", "Diagnostics",
        "Lab",
      ]),
    tests(
      "Lifecycle",
      [
        "Lifecycle", "Render", "Lab", "Blueprint", "Catalog", "Checks", "Kubernetes", "Rollout", "Secrets", "Process",
        "Redaction", "JSON", "YAML", "Diagnostics",
      ]),
    tests("Lab", ["Lab", "Kubernetes", "JSON", "Process"]),
    tests(
      "Croft",
      [
        "croft", "Blueprint", "Catalog", "Hosts", "Lab", "Kubernetes", "Provision", "Rollout", "Process", "Terminal",
        "Diagnostics", "JSON",
      ]),
  ]
)
