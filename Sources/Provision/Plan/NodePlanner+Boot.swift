import Render

extension NodePlanner {
  mutating func boot() {
    guard let running = need(facts.kernelArguments, .boot, for: "its kernel's command line", "mount /proc") else {
      return
    }
    // Its firmware reads the file wherever the system runs.
    let isPi: Bool
    if case .known(.raspberryPi) = facts.bootLoader { isPi = true } else { isPi = false }
    let isForeignKernel = facts.host.isContainer && !isPi
    var words = desired.rendered.kernelArguments(isRaspberryPi: isPi)
    switch facts.memoryController {
    case .unknown(let reason): result.notes.append("whether pods' memory can be limited is unknown: \(reason)")
    case .known(let controller) where !controller.isEnabled:
      if isForeignKernel {
        refuse(
          .boot, "it is a container without the memory controller, which the kubelet needs",
          "start the machine below it with cgroup_enable=memory")
        return
      }
      if running.contains("cgroup_enable=memory"), words.allSatisfy(running.contains) {
        refuse(
          .boot, "the memory controller is off although the kernel was started with cgroup_enable=memory",
          running.contains("cgroup_disable=memory")
            ? "remove cgroup_disable=memory from its command line" : "install Debian's kernel")
        return
      }
      if !words.contains("cgroup_enable=memory") { words.append("cgroup_enable=memory") }
    default: break
    }
    if words.isEmpty { return }
    if isForeignKernel {
      let missing = words.filter { !running.contains($0) }
      if !missing.isEmpty {
        result.notes.append(
          "it is a container: the machine below it has to be started with \(missing.joined(separator: " "))")
      }
      return
    }
    guard let loader = need(facts.bootLoader, .boot, for: "its boot loader", "make /boot readable") else { return }
    let missing = words.filter { !running.contains($0) }
    let title = "start the kernel with \(words.joined(separator: " "))"
    switch loader {
    case .raspberryPi(let path, let line):
      let there = line.split { $0 == " " || $0 == "\n" }.map(String.init)
      let absent = words.filter { !there.contains($0) }
      if !absent.isEmpty {
        // One line: what follows a line break is not read.
        let text = (there + absent).joined(separator: " ") + "\n"
        let file = DesiredFile(path: path, content: Array(text.utf8), mode: nil, stage: .boot)
        add(
          .boot, .setBootArguments(file: file, previous: line), title,
          observed: "\(path) lacks \(absent.joined(separator: " "))")
      }
    case .grub:
      guard let files = need(facts.files, .boot, for: "its files", "install coreutils") else { return }
      let file = DesiredFile(NodeFiles.grub(words), stage: .boot)
      if let difference = difference(file, in: files), !missing.isEmpty || files[file.path] != nil {
        add(.boot, .setGRUB(file), title, observed: "\(file.path) \(difference)")
      }
    case .none:
      if !missing.isEmpty {
        refuse(
          .boot,
          "its kernel was started without \(missing.joined(separator: " ")), and its boot loader is neither GRUB nor a Raspberry Pi's",
          "add them to its kernel's command line and restart it")
      }
      return
    }
    if !missing.isEmpty {
      add(
        .boot, .reboot, "restart the machine", observed: "the running kernel lacks \(missing.joined(separator: " "))",
        impact: [.reboots])
    }
  }
}
