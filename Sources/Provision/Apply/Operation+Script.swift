/// What an operation does, as POSIX shell that runs as root under `set -eu`. Its words are quoted; the content of files
/// stands in it as base 64, so that nothing of it is an argument.
extension Operation {
  /// `nil` for a restart of the machine, which no script outlives.
  var script: String? {
    switch action {
    case .addRepository(let files):
      return files.map(Self.put).joined() + Self.update
    case .installPackages(let packages):
      return Self.install(packages)
    case .addUser(let name, let shell):
      return "useradd --create-home --user-group --shell \(ShellText.quoted(shell)) \(ShellText.quoted(name))\n"
    case .addToGroups(let user, let groups):
      return "usermod --append --groups \(ShellText.quoted(groups.joined(separator: ","))) \(ShellText.quoted(user))\n"
    case .authorizeKeys(let user, let keys):
      return Self.authorize(user, keys)
    case .allowSudo(let file):
      return Self.put(file, checkedBy: "visudo --check --quiet --file")
    case .writeFile(let file, let followUp):
      return Self.put(file) + Self.script(followUp, file.path)
    case .setSSHServer(let file):
      return Self.guarded("ssh", file, test: "sshd -t", apply: "systemctl try-reload-or-restart ssh.service")
    case .loadModules(let modules):
      return "modprobe --all \(modules.map(ShellText.quoted).joined(separator: " "))\n"
    case .readSysctls(let path):
      return "sysctl --quiet --load=\(ShellText.quoted(path))\n"
    case .startUnit(let unit):
      return Self.start(unit)
    case .startTimeService(let unit, let waits):
      return Self.start(unit) + (waits ? Self.waitForTime : "")
    case .setBootArguments(let file, let previous):
      return Self.expect(file.path, toHold: previous) + Self.put(file)
    case .setGRUB(let file):
      return Self.put(file) + "update-grub\n"
    case .reboot: return nil
    case .wipe(let disk): return Self.wipe(disk)
    case .format(let disk, let filesystem): return Self.format(disk, filesystem)
    case .mount(let unit, let place, let file):
      return Self.put(file)
        + "mkdir -p \(ShellText.quoted(place))\nsystemctl daemon-reload\nsystemctl enable --now \(ShellText.quoted(unit))\n"
    case .setNetwork(let file, let manager, _, let interface):
      return Self.network(file, manager, interface)
    }
  }

  /// Whether it goes back by itself unless a new login confirms it: under which name, and what the login has to find.
  var confirmation: (name: String, test: String)? {
    switch action {
    case .setSSHServer: return ("ssh", "true")
    case .setNetwork(_, _, let addresses, let interface):
      let tests = addresses.map {
        "ip -o address show dev \(ShellText.quoted(interface)) | grep -qF \(ShellText.quoted(" \($0)/"))"
      }
      return ("network", (["[ -e \(Self.isApplied) ]"] + tests).joined(separator: " && "))
    default: return nil
    }
  }

  // MARK: Files

  /// The functions that scripts use. `put PATH MODE OWNER` takes its content as base 64 on standard input: the path
  /// shows the old file or the whole new one.
  static let functions = #"""
    put() {
      mkdir -p "$(dirname "$1")"
      new="$1.croft-$$"
      (umask 077; base64 -d >"$new") || { rm -f "$new"; return 1; }
      if [ -n "$2" ]; then chown "$3" "$new"; chmod "$2" "$new"; fi
      if [ -n "${4-}" ]; then $4 "$new" || { rm -f "$new"; return 1; }; fi
      sync "$new"
      mv -f "$new" "$1"
    }

    """#

  static func put(_ file: DesiredFile) -> String { put(file, checkedBy: nil) }

  private static func put(_ file: DesiredFile, checkedBy check: String?) -> String {
    var words = [
      "put", ShellText.quoted(file.path), ShellText.quoted(file.mode ?? ""),
      ShellText.quoted("\(file.owner):\(file.group)"),
    ]
    if let check { words.append(ShellText.quoted(check)) }
    return words.joined(separator: " ") + " <<'CROFT-BASE64'\n\(Base64Text.lines(file.content))CROFT-BASE64\n"
  }

  /// Stops where a file is not what the plan was made for.
  private static func expect(_ path: String, toHold line: String?) -> String {
    guard let line else { return "" }
    return """
      [ "$(cat \(ShellText.quoted(path)))" = \(ShellText.quoted(line)) ] || {
        echo "\(path) was changed meanwhile"; exit 1
      }

      """
  }

  private static func script(_ followUp: FollowUp, _ path: String) -> String {
    switch followUp {
    case .nothing: ""
    case .readSysctls: "sysctl --quiet --load=\(ShellText.quoted(path))\n"
    case .reloadSystemd: "systemctl daemon-reload\n"
    case .reloadLinks: "if command -v udevadm >/dev/null; then udevadm control --reload || true; fi\n"
    case .restart(let unit): "systemctl try-restart \(ShellText.quoted(unit))\n"
    }
  }

  private static func start(_ unit: String) -> String {
    let unit = ShellText.quoted(unit)
    return """
      systemctl daemon-reload
      systemctl enable --quiet \(unit)
      systemctl restart \(unit) || {
        systemctl status --no-pager --lines 5 \(unit) || true; exit 1
      }

      """
  }

  private static let waitForTime = """
    i=0
    until [ -e /run/systemd/timesync/synchronized ]; do
      i=$((i + 1)); [ $i -lt 60 ] || { echo "no time server answered within a minute"; exit 1; }
      sleep 1
    done

    """

  // MARK: Packages

  /// Waits up to five minutes while another program installs something: apt itself waits for one of its locks only.
  private static let patient = """
    patient() {
      i=0
      until out=$("$@" 2>&1); do
        case $out in
          *"Could not get lock"*|*"locked by another process"*|*"Unable to lock"*)
            i=$((i + 1)); [ $i -lt 150 ] || { printf '%s\\n' "$out"; return 1; }; sleep 2;;
          *) printf '%s\\n' "$out"; return 1;;
        esac
      done
      printf '%s\\n' "$out"
    }

    """

  private static let update = patient + "patient apt-get --quiet update --error-on=any\n"

  private static func install(_ packages: [String]) -> String {
    let names = packages.map(ShellText.quoted).joined(separator: " ")
    return patient + """
      export DEBIAN_FRONTEND=noninteractive
      patient dpkg --configure -a
      install() {
        patient apt-get --quiet --assume-yes --no-install-recommends --option DPkg::Lock::Timeout=300 \\
          --option Dpkg::Options::=--force-confdef --option Dpkg::Options::=--force-confold install \(names)
      }
      new=$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mmin -60 2>/dev/null | head -n 1)
      if [ -n "$new" ] && apt-get --simulate --quiet install \(names) >/dev/null 2>&1; then install; exit; fi
      # A repository that has nothing to do with these packages may be broken.
      patient apt-get --quiet update --error-on=any || true
      install

      """
  }

  // MARK: Users

  private static func authorize(_ user: String, _ keys: [String]) -> String {
    let text = keys.map { $0 + "\n" }.joined()
    return """
      home=$(getent passwd \(ShellText.quoted(user)) | cut -d : -f 6)
      group=$(id -g \(ShellText.quoted(user)))
      file="$home/.ssh/authorized_keys"
      install -d -m 0700 -o \(ShellText.quoted(user)) -g "$group" "$home/.ssh"
      new="$file.croft-$$"
      (umask 077; if [ -f "$file" ]; then cat "$file"; fi >"$new"
        if [ -s "$new" ] && [ -n "$(tail -c 1 "$new")" ]; then echo >>"$new"; fi
        base64 -d >>"$new") <<'CROFT-BASE64'
      \(Base64Text.lines(Array(text.utf8)))CROFT-BASE64
      chown \(ShellText.quoted(user)):"$group" "$new"
      chmod 0600 "$new"
      sync "$new"
      mv -f "$new" "$file"

      """
  }

  // MARK: Changes that go back by themselves

  /// Writes a file, and arms a timer that puts back what was there.
  private static func guarded(_ name: String, _ file: DesiredFile, test: String, apply: String) -> String {
    """
    folder=/run/croft/\(name)
    path=\(ShellText.quoted(file.path))
    mkdir -p -m 0700 /run/croft "$folder"
    systemctl stop croft-revert-\(name).timer 2>/dev/null || true
    if [ ! -e "$folder/revert" ]; then
      if [ -e "$path" ]; then cp -p "$path" "$folder/old"; else rm -f "$folder/old"; fi
    fi
    cat >"$folder/revert" <<'CROFT-REVERT'
    path=\(ShellText.quoted(file.path))
    if [ -e /run/croft/\(name)/old ]; then cp -p /run/croft/\(name)/old "$path"; else rm -f "$path"; fi
    rm -rf /run/croft/\(name)
    \(apply)
    CROFT-REVERT
    systemd-run --quiet --collect --unit croft-revert-\(name) --on-active 120 --timer-property AccuracySec=1s \\
      /bin/sh "$folder/revert"
    \(put(file))\(test) || { /bin/sh "$folder/revert"; systemctl stop croft-revert-\(name).timer; exit 1; }

    """ + (name == "network" ? "" : apply + "\n")
  }

  /// There once a change of the network was made. The address that it gives may have been there before it.
  private static let isApplied = "/run/croft/network/applied"

  /// The connection that the script came through may be gone at once: what does it is no child of the script.
  private static func network(_ file: DesiredFile, _ manager: String, _ interface: String) -> String {
    let interface = ShellText.quoted(interface)
    let apply =
      manager == "NetworkManager"
      ? "nmcli connection reload; nmcli connection up croft || nmcli device connect \(interface)"
      : "networkctl reload; networkctl reconfigure \(interface)"
    return guarded("network", file, test: "true", apply: apply) + "rm -f \(isApplied)\n"
      + "systemd-run --quiet --collect --unit croft-network --on-active 1 --timer-property AccuracySec=100ms "
      + "/bin/sh -c \(ShellText.quoted("\(apply); : >\(isApplied)"))\n"
  }

  /// Run by a login that was made after the change.
  static func confirm(_ name: String, _ test: String) -> String {
    """
    \(test) || exit 7
    systemctl stop croft-revert-\(name).timer
    rm -rf /run/croft/\(name)

    """
  }

  // MARK: Disks

  /// Stops where the disk is not the one that was looked at.
  private static func check(_ disk: DiskFingerprint) -> String {
    let found = disk.signatures.map { $0 + "\n" }.joined()
    return """
      path=$(readlink -f \(ShellText.quoted(disk.device)))
      changed() { echo "$path is not what it was when the plan was made: $1; make a new plan"; exit 1; }
      [ "$path" = \(ShellText.quoted(disk.path)) ] || changed "it is another device"
      [ "$(blockdev --getsize64 "$path")" = \(disk.size) ] || changed "its size"
      [ "$(lsblk --nodeps --noheadings --raw --output SERIAL "$path")" = \(ShellText.quoted(disk.serial ?? "")) ] ||
        changed "its serial number"
      [ "$(wipefs --noheadings --output TYPE "$path")" = \(ShellText.quoted(String(found.dropLast()))) ] ||
        changed "what is on it"
      if lsblk --noheadings --raw --output MOUNTPOINT "$path" | grep -q .; then changed "it is mounted"; fi

      """
  }

  private static func wipe(_ disk: DiskFingerprint) -> String {
    check(disk) + """
      for part in $(lsblk --noheadings --raw --paths --output PATH "$path" | sed 1d | sort -r); do
        wipefs --all --quiet "$part"
      done
      wipefs --all --quiet "$path"
      dd if=/dev/zero of="$path" bs=1M count=16 conv=fsync,notrunc status=none
      blockdev --rereadpt "$path" || true
      if command -v udevadm >/dev/null; then udevadm settle || true; fi

      """
  }

  private static func format(_ disk: DiskFingerprint, _ filesystem: String) -> String {
    var blank = disk
    blank.signatures = []
    let quiet = filesystem == "ext4" ? "-q -F" : "-q"
    return check(blank) + "mkfs.\(filesystem) \(quiet) \"$path\"\n"
      + "if command -v udevadm >/dev/null; then udevadm settle || true; fi\n"
  }
}
