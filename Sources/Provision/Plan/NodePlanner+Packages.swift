import Blueprint
import Render

extension NodePlanner {
  mutating func packages() {
    let fix = "install dpkg, or remove 'packages' and 'repositories' of this machine"
    for repository in desired.machines.repositories {
      guard let files = repositoryFiles(repository) else {
        refuse(
          .packages, "the key \(repository.key) of the repository '\(repository.name)' was not read", "add the file")
        continue
      }
      guard let found = need(facts.files, .packages, for: "the repository '\(repository.name)'", "install coreutils")
      else { continue }
      let differences = files.compactMap { difference($0, in: found) }
      if let first = differences.first {
        add(
          .packages, .addRepository(files), "add the repository '\(repository.name)', \(repository.address)",
          observed: first)
      }
    }
    var wanted = desired.packages
    if needsTimeService { wanted.insert("systemd-timesyncd") }
    if wanted.isEmpty { return }
    guard let installed = need(facts.packages, .packages, for: "its packages", fix) else { return }
    let missing = wanted.subtracting(installed.keys).sorted()
    if !missing.isEmpty {
      add(
        .packages, .installPackages(missing), "install \(missing.joined(separator: ", "))",
        observed: missing.count == 1 ? "it is not installed" : "they are not installed")
    }
  }

  /// The key and the list of a repository; `nil` where the key was not read.
  /// https://manpages.debian.org/bookworm/apt/sources.list.5.en.html#DEB822-STYLE_FORMAT
  func repositoryFiles(_ repository: MachinesSpec.Repository) -> [DesiredFile]? {
    guard let key = desired.sources[repository.key] else { return nil }
    let isArmored = key.starts(with: "-----BEGIN".utf8)
    let path = "/etc/apt/keyrings/croft-\(repository.name).\(isArmored ? "asc" : "gpg")"
    var lines = ["Types: deb", "URIs: \(repository.address)", "Suites: \(repository.suite)"]
    if !repository.components.isEmpty { lines.append("Components: \(repository.components.joined(separator: " "))") }
    lines.append("Signed-By: \(path)")
    return [
      DesiredFile(path: path, content: key, mode: "0644", stage: .packages),
      DesiredFile(
        path: "/etc/apt/sources.list.d/croft-\(repository.name).sources",
        content: Array(lines.map { $0 + "\n" }.joined().utf8), mode: "0644", stage: .packages),
    ]
  }
}
