extension Machines {
  public struct Options: Sendable {
    /// What a machine looks like to who administrates it.
    public enum Board: String, Sendable, CaseIterable {
      /// A small computer with Debian.
      case pc
      /// `/boot/firmware/cmdline.txt` is the kernel's command line, and there is no memory cgroup until that asks for it
      /// with `cgroup_enable=memory` and the machine has been rebooted.
      case raspberryPi = "raspberry-pi"
    }

    /// Up to 200 names, each a host name.
    public var machines: [String]
    public var board = Board.pc
    /// Whether `sudo` asks the user `pi` for the password, which is `Machines.password`.
    public var sudoAsksForPassword = false
    /// Size of each machine's disk in bytes. It takes room on the host as it is written to.
    public var diskSize = 16 << 30
    /// Sizes in bytes of further disks, empty, for every machine: `/dev/disk/by-id/croft-lab-disk-1` and so on.
    public var disks: [Int] = []
    /// Files and folders of this host that every machine sees, read-only: the path there by the path here.
    public var binds: [String: String] = [:]
    /// The lab's name, which no other lab has; `nil` for one that nobody needs to know.
    public var name: String?
    /// Whether the machines outlive this process. Otherwise they end with it, however that ends.
    public var outlivesProcess = false

    public init(machines: [String] = ["cow", "sheep", "duck"]) { self.machines = machines }
  }
}
