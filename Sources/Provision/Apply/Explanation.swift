/// What a program's words mean for whoever reads them.
enum Explanation {
  /// The reason and what to do, from what an operation wrote; its last line where nothing is known about it.
  static func of(_ operation: Operation, _ lines: [String]) -> (reason: String, fix: String) {
    let text = lines.joined(separator: "\n")
    for (words, reason, fix) in known where words.contains(where: { text.contains($0) }) {
      let line = lines.first { line in words.contains { line.contains($0) } } ?? ""
      return ("\(reason) (\(line.trimmed))", fix)
    }
    let last = lines.last { !$0.trimmed.isEmpty }?.trimmed ?? "it said nothing"
    return (last, "mend that on the machine, and run the same command again: what is done is not done twice")
  }

  private static let known: [(words: [String], reason: String, fix: String)] = [
    (
      ["No space left on device", "You don't have enough free space"], "there is no room left",
      "make room there, with 'apt-get clean' for example, and run the same command again"
    ),
    (
      [
        "Could not get lock", "locked by another process", "Unable to acquire the dpkg frontend lock",
        "Unable to lock directory",
      ],
      "another program installs packages there, for more than five minutes now",
      "wait until it is done: 'fuser -v /var/lib/dpkg/lock-frontend' shows it"
    ),
    (
      ["is not valid yet", "Release file expired", "is expired"], "the package lists and the machine's clock disagree",
      "look at its clock: 'timedatectl'"
    ),
    (
      ["NO_PUBKEY", "is not signed", "following signatures"],
      "a package repository is not signed with the key it is said to be",
      "put its public key beside the cluster file"
    ),
    // Before what is not found: a package of a repository that does not answer is not found either.
    (
      [
        "Failed to fetch", "Could not resolve", "Temporary failure resolving", "Could not connect", "Unable to connect",
      ],
      "a package repository does not answer",
      "look at the machine's network and its sources.list, and run the same command again"
    ),
    (
      ["Unable to locate package", "has no installation candidate"], "no repository of the machine has such a package",
      "correct the name, or add the repository that has it to 'machines.repositories'"
    ),
    (
      ["Read-only file system"], "a file system there is mounted read-only",
      "look why: 'dmesg' often shows a broken disk or SD card"
    ),
    (
      ["FATAL: Module "], "the kernel has no such module",
      "install the kernel's modules, or restart into the kernel that is installed"
    ),
  ]
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
