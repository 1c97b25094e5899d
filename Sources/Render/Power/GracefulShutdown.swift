import Blueprint
import JSON

/// What lets a machine go down, and come up again, without its pods being cut off.
struct GracefulShutdown {
  let blueprint: Blueprint
  let node: NodeSpec

  /// The kubelet holds the machine's shutdown up until pods have ended; those that the others need, DNS and storage,
  /// are the last. https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/
  static let kubelet: JSONObject = {
    var members = JSONObject()
    members["shutdownGracePeriod"] = .string("\(period)s")
    members["shutdownGracePeriodCriticalPods"] = "60s"
    return members
  }()

  private static let period = 180

  func files(below root: String) -> [RenderedFile] {
    var files = [
      // logind lets nobody hold a shutdown up for longer than this.
      RenderedFile(
        "\(root)/etc/systemd/logind.conf.d/90-croft.conf", lines: ["[Login]", "InhibitDelayMaxSec=\(Self.period)"])
    ]
    if let mac = node.power.wake?.value { files.append(wakeOnLAN(mac, below: root)) }
    if let on = blueprint.power?.on?.value, node.power.mode == .always { files.append(alarm(at: on, below: root)) }
    return files
  }

  /// Names stay as they would be without the file: the first one that matches is the only one that counts.
  /// https://www.freedesktop.org/software/systemd/man/latest/systemd.link.html
  private func wakeOnLAN(_ mac: String, below root: String) -> RenderedFile {
    RenderedFile(
      "\(root)/etc/systemd/network/50-croft-wake.link",
      lines: [
        "[Match]", "PermanentMACAddress=\(mac)", "", "[Link]", "WakeOnLan=magic",
        "NamePolicy=keep kernel database onboard slot path",
        "AlternativeNamesPolicy=database onboard slot path", "MACAddressPolicy=persistent",
      ])
  }

  /// The clock on the board turns the machine on again: it is told when the machine goes down, however that comes.
  private func alarm(at time: String, below root: String) -> RenderedFile {
    let script =
      "t=$$(date -d \"today \(time)\" +%%s); [ $$t -gt $$(date +%%s) ] || t=$$(date -d \"tomorrow \(time)\" +%%s); "
      + "exec rtcwake --mode no --time $$t"
    return RenderedFile(
      "\(root)/etc/systemd/system/croft-wake.service",
      lines: [
        "[Unit]", "Description=Turns this machine on at \(time) after it was turned off", "", "[Service]",
        "Type=oneshot", "RemainAfterExit=yes", "ExecStart=/usr/bin/true", "ExecStop=/bin/sh -ec '\(script)'", "",
        "[Install]", "WantedBy=multi-user.target",
      ])
  }
}
