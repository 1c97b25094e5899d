import Blueprint
import Render

extension NodePlanner {
  mutating func system() {
    guard let files = need(facts.files, .system, for: "its files", "install coreutils") else { return }
    var changed: Set<String> = []
    for file in desired.systemFiles {
      guard let difference = difference(file, in: files) else { continue }
      changed.insert(file.path)
      let (followUp, impact) = Self.followUp(file.path)
      add(
        .system, .writeFile(file, then: followUp), "write \(file.path)", observed: difference, impact: impact)
    }
    modules()
    sysctls(changed: changed)
    units(changed: changed)
  }

  static func followUp(_ path: String) -> (Operation.FollowUp, [Operation.Impact]) {
    if path.hasPrefix("/etc/sysctl.d/") { return (.readSysctls, []) }
    if path.hasPrefix("/etc/systemd/system/") { return (.reloadSystemd, []) }
    if path.hasPrefix("/etc/systemd/network/"), path.hasSuffix(".link") { return (.reloadLinks, []) }
    for (folder, unit) in [
      ("logind", "systemd-logind.service"), ("journald", "systemd-journald.service"),
    ] where path.hasPrefix("/etc/systemd/\(folder).conf.d/") {
      return (.restart(unit), [.restarts(unit)])
    }
    return (.nothing, [])
  }

  private mutating func modules() {
    let wanted = desired.rendered.modules
    guard !wanted.isEmpty,
      let states = need(facts.modules, .system, for: "its kernel modules", "install kmod")
    else { return }
    let missing = wanted.filter { states[$0] == .missing }
    let unloaded = wanted.filter { states[$0] == .available }
    if facts.host.isContainer {
      let absent = (missing + unloaded).sorted()
      if !absent.isEmpty {
        result.notes.append(
          "it is a container: the machine below it has to load \(absent.joined(separator: ", "))")
      }
      return
    }
    if !missing.isEmpty {
      refuse(
        .system, "its kernel \(facts.host.kernel) has no module \(missing.joined(separator: ", "))",
        "install the kernel's modules, such as linux-modules-extra-\(facts.host.kernel), or restart into the kernel that is installed"
      )
    }
    if !unloaded.isEmpty {
      add(
        .system, .loadModules(unloaded),
        "load the module\(unloaded.count == 1 ? "" : "s") \(unloaded.joined(separator: ", "))",
        observed: "not loaded")
    }
  }

  private mutating func sysctls(changed: Set<String>) {
    let path = "/etc/sysctl.d/90-croft.conf"
    guard let values = need(facts.sysctls, .system, for: "the settings of its kernel", "mount /proc/sys") else {
      return
    }
    var differing: [String] = []
    for (name, value) in desired.rendered.sysctls {
      guard let found = values[name] else {
        // A module that is loaded first may bring it.
        if !facts.host.isContainer, !changed.contains(path) { differing.append("\(name) is not there") }
        continue
      }
      if found.value == value { continue }
      if found.isWritable || !facts.host.isContainer {
        differing.append("\(name) is \(found.value)")
      } else {
        result.notes.append("it is a container, and \(name) is \(found.value) instead of \(value)")
      }
    }
    if !differing.isEmpty, !changed.contains(path) {
      add(
        .system, .readSysctls(path), "set \(differing.count == 1 ? "a setting" : "settings") of the kernel anew",
        observed: differing.joined(separator: ", "))
    }
  }

  private mutating func units(changed: Set<String>) {
    let wanted = desired.enabledUnits
    if wanted.isEmpty { return }
    guard let units = need(facts.units, .system, for: "its units", "start the machine with systemd") else { return }
    for name in wanted {
      let unit = units[name]
      let isNew = changed.contains("/etc/systemd/system/\(name)")
      if let unit, unit.load == "masked" {
        refuse(.system, "\(name) is masked", "run 'systemctl unmask \(name)' there, or remove it from the cluster file")
        continue
      }
      guard isNew || unit == nil || !Self.isRunning(name, unit) else { continue }
      let state = unit.map {
        !$0.exists ? "not there" : $0.isEnabled ? $0.active : $0.file.isEmpty ? $0.active : $0.file
      }
      add(
        .system, .startUnit(name), "start \(name), now and with the machine", observed: state ?? "not there",
        impact: unit?.isActive == true ? [.restarts(name)] : [])
    }
  }

  /// A service may have done its work and ended; what waits for something has to be there.
  private static func isRunning(_ name: String, _ unit: HostFacts.Unit?) -> Bool {
    guard let unit, unit.exists, unit.isEnabled, !unit.isStale, unit.active != "failed" else { return false }
    return unit.isActive || name.hasSuffix(".service") && unit.file != "static"
  }

  // MARK: Time

  /// The service that sets the clock; `nil` where none does.
  private var timeService: String? {
    Self.timeServices.first { facts.units.value?[$0]?.isActive ?? false }
  }

  var needsTimeService: Bool { !facts.host.isContainer && facts.units.value != nil && timeService == nil }

  mutating func time() {
    let skew = facts.clock.skew
    let isOff = abs(skew) > 30
    let amount = "\(Int(abs(skew).rounded())) s \(skew > 0 ? "ahead of" : "behind") this machine's"
    if facts.host.isContainer {
      if isOff { refuse(.system, "its clock is \(amount)", "set the clock of the machine below it") }
      return
    }
    guard let units = need(facts.units, .system, for: "what sets its clock", "start the machine with systemd"),
      let files = need(facts.files, .system, for: "its files", "install coreutils")
    else { return }
    let service = Self.timeServices.first { units[$0]?.isActive ?? false }
    let chosen = service ?? "systemd-timesyncd.service"
    let file = desired.timeFiles.first { file in
      chosen == "chrony.service" ? file.path.hasPrefix("/etc/chrony") : file.path == NodeFiles.timePath
    }
    if let file, chosen == "chrony.service" || chosen == "systemd-timesyncd.service",
      let difference = difference(file, in: files)
    {
      add(
        .system, .writeFile(file, then: service == nil ? .nothing : .restart(chosen)), "write \(file.path)",
        observed: difference, impact: service == nil ? [] : [.restarts(chosen)])
    }
    if service == nil {
      add(
        .system, .startTimeService(chosen, waits: isOff), "set the clock from time servers",
        observed: isOff ? "nothing sets it, and it is \(amount)" : "nothing sets it")
    } else if isOff {
      refuse(
        .system, "its clock is \(amount), although \(chosen) sets it",
        facts.clock.isSynchronized == true
          ? "look at this machine's own clock"
          : "no time server answers: name one that it can reach in 'machines.timeServers'")
    }
  }
}
