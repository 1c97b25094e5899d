/// The script that asks a machine everything at once. It changes nothing, and needs nothing that a minimal Debian lacks:
/// what is not there makes its part unknown.
struct FactsScript {
  let request: FactsRequest

  /// The whole of it is read before any of it runs, and nothing in it reads what follows on standard input.
  var text: String {
    let functions = [
      Self.host, Self.kernel, modules, sysctls, packages, files, units, users, Self.sshd, Self.clock, Self.space,
      Self.network, ports, Self.disks, devices, Self.k3s,
    ]
    let calls = Self.parts.map { part in
      request.unneeded.contains(part) ? "printf '@%s\\n=unknown not asked for\\n' \(part)\n" : "part \(part)\n"
    }.joined()
    return "facts() {\n" + Self.frame + functions.joined() + calls + "printf '.end\\n'\n}\nfacts </dev/null\n"
  }

  static let parts = [
    "clock", "host", "virtualization", "system", "arguments", "boot", "cgroup", "modules", "sysctls", "packages",
    "files", "units", "users", "sshd", "space", "addresses", "routes", "ports", "disks", "devices", "k3s",
  ]

  /// `part NAME` runs the function of that name. Status 9 means that it printed why it cannot know.
  ///
  /// Programs are not started where the shell can do without: on a small machine each takes some milliseconds. Empty
  /// lines are left out of what is answered.
  static let frame = #"""
    LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    export LC_ALL PATH
    newline='
    '
    login=${SUDO_USER:-$(id -un)}
    show() { while IFS= read -r line || [ -n "$line" ]; do printf '%s\n' "$line"; done <"$1"; }
    need() { command -v "$1" >/dev/null 2>&1 || { echo "$1 is not installed"; exit 9; }; }
    part() {
      out=$("f_$1" 2>/dev/null); rc=$?
      printf '@%s\n' "$1"
      case $rc in
        0)
          if [ -n "$out" ]; then
            set -f; IFS=$newline
            printf ' %s\n' $out
            set +f; unset IFS
          fi
          echo '=ok';;
        9) printf '=unknown %s\n' "$out";;
        *) echo "=unknown its command ended with status $rc";;
      esac
    }

    """#

  private static let host = #"""
    f_host() {
      read -r node </proc/sys/kernel/hostname; echo "name $node"
      read -r kernel </proc/sys/kernel/osrelease; echo "kernel $kernel"
      echo "machine $(uname -m)"
      echo "architecture $(dpkg --print-architecture 2>/dev/null)"
      cpus=0
      if read -r line </sys/devices/system/cpu/online; then  # 0-3,5
        IFS=,
        for range in $line; do cpus=$((cpus + ${range#*-} - ${range%-*} + 1)); done
        unset IFS
      else
        cpus=$(getconf _NPROCESSORS_ONLN)
      fi
      echo "cpus $cpus"
      while read -r key value unit; do
        case $key in MemTotal:) echo "memory $value"; break;; esac
      done </proc/meminfo
      read -r boot </proc/sys/kernel/random/boot_id; echo "boot $boot"
      read -r up rest </proc/uptime; echo "uptime $up"
      if [ -e /run/systemd/container ]; then echo "container yes"; else echo "container no"; fi
      if [ -r /proc/device-tree/model ]; then echo "model $(tr -d '\000' </proc/device-tree/model)"; fi
      if [ -e /run/reboot-required ]; then echo "reboot yes"; else echo "reboot no"; fi
      echo "user $login"
      if [ -d /run/systemd/system ]; then echo "systemd yes"; else echo "systemd no"; fi
      for name in ssh network; do
        if [ -e "/run/croft/$name/revert" ]; then echo "pending-$name yes"; fi
      done
    }
    f_virtualization() { need systemd-detect-virt; systemd-detect-virt || true; }
    f_system() { show /etc/os-release || { echo "/etc/os-release cannot be read"; exit 9; }; }

    """#

  private static let kernel = #"""
    f_arguments() { show /proc/cmdline; }
    f_boot() {
      for file in /boot/firmware/cmdline.txt /boot/cmdline.txt; do
        if [ -f "$file" ] && [ ! -L "$file" ]; then echo "file $file"; echo "line $(cat "$file")"; return; fi
      done
      if command -v update-grub >/dev/null && [ -d /etc/default ]; then echo grub; fi
    }
    f_cgroup() {
      if [ -r /sys/fs/cgroup/cgroup.controllers ]; then
        read -r line </sys/fs/cgroup/cgroup.controllers
        case " $line " in *" memory "*) echo "2 yes";; *) echo "2 no";; esac
      elif [ -r /proc/cgroups ]; then
        on=no
        while read -r name hierarchy count enabled; do
          case $name in memory) [ "$enabled" = 1 ] && on=yes;; esac
        done </proc/cgroups
        echo "1 $on"
      else
        echo "neither /sys/fs/cgroup nor /proc/cgroups can be read"; exit 9
      fi
    }

    """#

  private static let sshd = #"""
    f_sshd() {
      need sshd
      sshd -T || { echo "sshd -T: $(sshd -T 2>&1 | head -n 1)"; exit 9; }
    }

    """#

  private static let clock = #"""
    f_clock() {
      date '+now %s.%N'
      if [ -e /run/systemd/timesync/synchronized ]; then echo "synchronized yes"
      elif command -v chronyc >/dev/null; then
        case $(chronyc -n tracking) in *"Leap status     : Normal"*) echo "synchronized yes";; *) echo "synchronized no";; esac
      elif [ -e /run/systemd/container ]; then :  # its host keeps the time
      elif command -v timedatectl >/dev/null && [ -d /run/systemd/system ]; then
        echo "synchronized $(timedatectl show --property NTPSynchronized --value)"
      fi
    }

    """#

  private static let space = #"""
    f_space() {
      need df
      set -- /
      if [ -d /var ]; then set -- "$@" /var; fi
      if [ -d /boot ]; then set -- "$@" /boot; fi
      df -P -k "$@"
    }

    """#

  private static let network = #"""
    f_addresses() { need ip; ip -j address show; }
    f_routes() { need ip; ip -o -4 route show default; ip -o -6 route show default; }

    """#

  private static let disks = #"""
    f_disks() { need lsblk; lsblk --json --bytes --output PATH,TYPE,SIZE,FSTYPE,MOUNTPOINT,SERIAL,MODEL,UUID; }

    """#

  private static let k3s = #"""
    f_k3s() {
      if command -v k3s >/dev/null; then
        version=$(k3s --version | head -n 1)
        [ -n "$version" ] || { echo "'k3s --version' says nothing"; exit 9; }
        echo "version $version"
      fi
      data=/var/lib/rancher/k3s
      if [ -d "$data/server/db/etcd" ]; then echo "datastore etcd"
      elif [ -e "$data/server/db/state.db" ]; then echo "datastore sqlite"; fi
      if [ -e "$data/server/node-token" ]; then echo "token yes"; fi
      if [ -d "$data/agent" ]; then echo "agent yes"; fi
      if [ -d "$data/agent/images" ]; then echo "images yes"; fi
    }

    """#
}

// What depends on the request. Each answer names what it is about by its place in the request.
extension FactsScript {
  private var modules: String {
    // A module has '_' in its name where its file may have '-'.
    let names = request.modules.sorted().map { $0.replacing("-", with: "_") }
    let words = names.flatMap { [$0, $0.replacing("_", with: "[-_]")] }
    return """
      f_modules() {
        \(ShellText.arguments(words))
        [ $# -gt 0 ] || return 0
        read -r kernel </proc/sys/kernel/osrelease
        place=/lib/modules/$kernel
        i=0
        while [ $# -gt 0 ]; do
          if [ -e "/sys/module/$1/initstate" ]; then echo "$i loaded"
          elif [ -d "/sys/module/$1" ]; then echo "$i builtin"
          elif [ ! -d "$place" ]; then echo "$i missing"
          elif grep -q "/$2\\.ko" "$place/modules.builtin"; then echo "$i builtin"
          elif grep -q "/$2\\.ko[.a-z]*:" "$place/modules.dep"; then echo "$i available"
          else echo "$i missing"; fi
          i=$((i + 1)); shift 2
        done
      }

      """
  }

  private var sysctls: String {
    let files = request.sysctls.sorted().map { "/proc/sys/" + $0.replacing(".", with: "/") }
    return """
      f_sysctls() {
        \(ShellText.arguments(files))
        i=0
        for file in "$@"; do
          if [ -r "$file" ]; then
            if [ -w "$file" ]; then mode=w; else mode=r; fi
            value=; read -r value <"$file"
            echo "$i $mode $value"
          fi
          i=$((i + 1))
        done
      }

      """
  }

  private var packages: String {
    """
    f_packages() {
      need dpkg-query
      \(ShellText.arguments(request.packages.sorted()))
      [ $# -gt 0 ] || return 0
      dpkg-query --show --showformat '${db:Status-Abbrev} ${Package} ${Version}\\n' "$@"
      [ $? -le 1 ]
    }

    """
  }

  private var files: String {
    """
    f_files() {
      need sha256sum
      \(ShellText.arguments(request.files.sorted()))
      i=0; count=$#; there=
      while [ $i -lt $count ]; do
        name=$1; shift
        if [ -f "$name" ]; then there="$there $i"; set -- "$@" "$name"; fi
        i=$((i + 1))
      done
      echo "there$there"
      [ $# -gt 0 ] || return 0
      stat -L -c 'stat %a %U %G %s' -- "$@"
      sha256sum -- "$@"
    }

    """
  }

  /// systemd looks long for a unit that is not there, and is not asked about one without a file or a process.
  private var units: String {
    """
    f_units() {
      need systemctl
      [ -d /run/systemd/system ] || { echo "systemd does not run"; exit 9; }
      \(ShellText.arguments(request.units.sorted()))
      i=0; count=$#; there=
      while [ $i -lt $count ]; do
        name=$1; shift
        for place in /etc/systemd /run/systemd /usr/local/lib/systemd /usr/lib/systemd /lib/systemd; do
          for folder in system system.control transient generator generator.early generator.late system.attached; do
            if [ -e "$place/$folder/$name" ] || [ -L "$place/$folder/$name" ]; then found=yes; break 2; fi
          done
          found=
        done
        if [ -n "$found" ] || [ -e "/sys/fs/cgroup/system.slice/$name" ] \\
          || [ -e "/sys/fs/cgroup/systemd/system.slice/$name" ]; then
          there="$there $i"; set -- "$@" "$name"
        fi
        i=$((i + 1))
      done
      echo "there$there"
      [ $# -gt 0 ] || return 0
      systemctl show --property LoadState,ActiveState,UnitFileState,NeedDaemonReload -- "$@"
    }

    """
  }

  private var users: String {
    """
    f_users() {
      need getent
      account() {
        IFS=: read -r name _ _ _ _ home _ <<END
    $1
    END
        echo "user $name"; echo "passwd $1"; echo "groups $(id -nG "$name")"
        if [ -f "$home/.ssh/authorized_keys" ]; then
          while read -r line || [ -n "$line" ]; do
            case $line in ''|'#'*) ;; *) printf 'key %s\\n' "$line";; esac
          done <"$home/.ssh/authorized_keys"
        fi
      }
      \(ShellText.arguments(request.users.sorted()))
      for name in "$@"; do
        if [ "$name" = "$login" ]; then login=; fi
      done
      if [ -n "$login" ]; then set -- "$@" "$login"; fi
      set -f; IFS=$newline
      for line in $(getent passwd -- "$@"); do unset IFS; account "$line"; done
      unset IFS
      \(ShellText.arguments(request.groups.sorted()))
      [ $# -gt 0 ] || return 0
      getent group -- "$@" | while IFS=: read -r name _; do echo "group $name"; done
      return 0
    }

    """
  }

  /// Who listens is found by looking at every process, and asked for only where somebody does, as the kernel says:
  /// https://docs.kernel.org/networking/proc_net_tcp.html. The unit it belongs to is told by its cgroup.
  private var ports: String {
    let ports = request.ports.sorted()
    guard !ports.isEmpty else { return "f_ports() { need ss; }\n" }
    let kernels = ports.map { String(UInt16(truncatingIfNeeded: $0), radix: 16, uppercase: true) }
      .map { String(repeating: "0", count: 4 - $0.utf8.count) + $0 }.joined(separator: "|")
    let filter = ports.map { "sport = :\($0)" }.joined(separator: " or ")
    return """
      f_ports() {
        need ss
        if [ -r /proc/net/tcp ]; then
          grep -qsE '^ *[0-9]+: [0-9A-F]+:(\(kernels)) [0-9A-F]+:0000 0A ' /proc/net/tcp /proc/net/tcp6 || return 0
        fi
        found=$(ss -Htlnp '\(filter)') || return
        printf '%s\\n' "$found" | while read -r line; do
          pid=${line#*,pid=} pid=${pid%%,*} unit=
          if [ -r "/proc/$pid/cgroup" ]; then
            while read -r group; do
              case $group in *.service | *.service/*) unit=${group%.service*} unit=${unit##*/}.service; break ;; esac
            done <"/proc/$pid/cgroup"
          fi
          printf '%s\\n' "$line${unit:+ unit=$unit}"
        done
      }

      """
  }

  private var devices: String {
    """
    f_devices() {
      \(ShellText.arguments(request.devices.sorted()))
      [ $# -gt 0 ] || return 0
      need wipefs; need blockdev
      i=0
      for name in "$@"; do
        if [ -b "$name" ]; then
          path=$(readlink -f "$name")
          echo "device $i $(blockdev --getsize64 "$path") $path"
          found=$(wipefs --noheadings --output TYPE "$path") || { echo "wipefs cannot read $name"; exit 9; }
          [ -z "$found" ] || printf '%s\\n' "$found" | sed 's/^/signature /'
        fi
        i=$((i + 1))
      done
    }

    """
  }
}
