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
    let calls = Self.parts.map { "part \($0)\n" }.joined()
    return "facts() {\n" + Self.frame + functions.joined() + calls + "printf '.end\\n'\n}\nfacts </dev/null\n"
  }

  static let parts = [
    "clock", "host", "system", "arguments", "boot", "cgroup", "modules", "sysctls", "packages", "files", "units",
    "users", "sshd", "space", "addresses", "routes", "ports", "disks", "devices", "k3s",
  ]

  /// `part NAME` runs the function of that name. Status 9 means that it printed why it cannot know.
  static let frame = #"""
    LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    export LC_ALL PATH
    need() { command -v "$1" >/dev/null 2>&1 || { echo "$1 is not installed"; exit 9; }; }
    part() {
      out=$("f_$1" 2>/dev/null); rc=$?
      printf '@%s\n' "$1"
      case $rc in
        0)
          if [ -n "$out" ]; then
            while IFS= read -r line; do printf ' %s\n' "$line"; done <<END
    $out
    END
          fi
          echo '=ok';;
        9) printf '=unknown %s\n' "$out";;
        *) echo "=unknown its command ended with status $rc";;
      esac
    }

    """#

  private static let host = #"""
    f_host() {
      read -r kernel_name node kernel machine <<END
    $(uname -snrm)
    END
      echo "name $node"; echo "kernel $kernel"; echo "machine $machine"
      echo "architecture $(dpkg --print-architecture 2>/dev/null)"
      echo "cpus $(getconf _NPROCESSORS_ONLN)"
      while read -r key value unit; do
        case $key in MemTotal:) echo "memory $value"; break;; esac
      done </proc/meminfo
      read -r boot </proc/sys/kernel/random/boot_id; echo "boot $boot"
      read -r up rest </proc/uptime; echo "uptime $up"
      echo "virtualization $(systemd-detect-virt 2>/dev/null)"
      if [ -e /run/systemd/container ]; then echo "container yes"; else echo "container no"; fi
      if [ -r /proc/device-tree/model ]; then echo "model $(tr -d '\000' </proc/device-tree/model)"; fi
      if [ -e /run/reboot-required ]; then echo "reboot yes"; else echo "reboot no"; fi
      echo "user ${SUDO_USER:-$(id -un)}"
      if [ -d /run/systemd/system ]; then echo "systemd yes"; else echo "systemd no"; fi
      for name in ssh network; do
        if [ -e "/run/croft/$name/revert" ]; then echo "pending-$name yes"; fi
      done
    }
    f_system() { cat /etc/os-release || { echo "/etc/os-release cannot be read"; exit 9; }; }

    """#

  private static let kernel = #"""
    f_arguments() { cat /proc/cmdline; }
    f_boot() {
      for file in /boot/firmware/cmdline.txt /boot/cmdline.txt; do
        if [ -f "$file" ] && [ ! -L "$file" ]; then echo "file $file"; echo "line $(cat "$file")"; return; fi
      done
      if command -v update-grub >/dev/null && [ -d /etc/default ]; then echo grub; fi
    }
    f_cgroup() {
      if [ -r /sys/fs/cgroup/cgroup.controllers ]; then
        case " $(cat /sys/fs/cgroup/cgroup.controllers) " in *" memory "*) echo "2 yes";; *) echo "2 no";; esac
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
      df -P -k "$@" | sed 1d
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
    return """
      f_modules() {
        \(ShellText.arguments(names))
        [ $# -gt 0 ] || return 0
        place=/lib/modules/$(uname -r)
        i=0
        for name in "$@"; do
          if grep -q "^$name " /proc/modules; then echo "$i loaded"
          elif [ -d "/sys/module/$name" ]; then echo "$i builtin"
          elif tr - _ <"$place/modules.builtin" | grep -q "/$name\\.ko"; then echo "$i builtin"
          elif tr - _ <"$place/modules.dep" | grep -q "/$name\\.ko[.a-z]*:"; then echo "$i available"
          else echo "$i missing"; fi
          i=$((i + 1))
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
      sha256sum -- "$@" | sed 's/^\\\\*\\([0-9a-f]*\\).*/sum \\1/'
    }

    """
  }

  private var units: String {
    """
    f_units() {
      need systemctl
      [ -d /run/systemd/system ] || { echo "systemd does not run"; exit 9; }
      \(ShellText.arguments(request.units.sorted()))
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
        line=$(getent passwd "$1") || return 0
        echo "user $1"; echo "passwd $line"; echo "groups $(id -nG "$1")"
        IFS=: read -r _ _ _ _ _ home _ <<END
    $line
    END
        if [ -f "$home/.ssh/authorized_keys" ]; then
          sed -e 's/^[[:blank:]]*//' -e '/^#/d' -e '/^$/d' -e 's/^/key /' "$home/.ssh/authorized_keys"
        fi
      }
      \(ShellText.arguments(request.users.sorted()))
      login=${SUDO_USER:-$(id -un)}
      for name in "$@"; do
        account "$name"
        if [ "$name" = "$login" ]; then login=; fi
      done
      if [ -n "$login" ]; then account "$login"; fi
      \(ShellText.arguments(request.groups.sorted()))
      for name in "$@"; do
        if getent group "$name" >/dev/null; then echo "group $name"; fi
      done
    }

    """
  }

  private var ports: String {
    """
    f_ports() { need ss; ss -Htlnp; }

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
