import FoundationEssentials

struct SystemProcess: Equatable {
  var pid: Int
  var command: String
}

/// Every running process (no zombies) whose command line holds a text.
func processes(mentioning text: String) -> [SystemProcess] {
  let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return entries.compactMap(Int.init).compactMap { pid in
    guard let bytes = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline")), !bytes.isEmpty else { return nil }
    let command = String(decoding: bytes.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
    return command.contains(text) ? SystemProcess(pid: pid, command: command) : nil
  }
}
