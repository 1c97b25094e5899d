import Render

/// Takes k3s from a machine: what would make it come back, and what a k3s that is installed there later would trip over.
/// Volumes below /var/lib/rancher/k3s/storage stay. Run again it does what is left.
enum K3sRemoval {
  /// As https://docs.k3s.io/upgrades/killall says, containers outlive k3s: they and their shims are found by cgroup, which
  /// shows processes of other machines as 0.
  static let script = """
    for unit in k3s.service k3s-agent.service; do
      systemctl stop "$unit" 2>/dev/null || true
      systemctl disable --quiet "$unit" 2>/dev/null || true
      systemctl reset-failed "$unit" 2>/dev/null || true
      rm -rf "/etc/systemd/system/$unit" "/etc/systemd/system/$unit.d" "/run/systemd/system/$unit.d"
    done
    systemctl daemon-reload
    left() {
      find /sys/fs/cgroup -name cgroup.procs \\( -path '*/kubepods*' -o -path '*/k3s.service/*' \\
        -o -path '*/k3s-agent.service/*' \\) -exec cat {} + 2>/dev/null | sort -u | grep -v '^0$' || true
    }
    pids=$(left)
    [ -z "$pids" ] || kill -TERM $pids 2>/dev/null || true
    for i in 1 2 3 4 5 6 7 8 9 10; do
      [ -n "$(left)" ] || break
      sleep 1
    done
    pids=$(left)
    [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
    places='^(/run/k3s|/run/netns/cni-|/var/lib/kubelet/pods/|/var/lib/rancher/k3s/(agent|server)/)'
    cut -d ' ' -f 2 /proc/self/mounts | grep -E "$places" | sort -r | while read -r place; do
      umount "$place" 2>/dev/null || umount -l "$place" 2>/dev/null || true
    done
    for interface in cni0 flannel.1 flannel-v6.1 flannel-wg flannel-wg-v6; do
      ip link delete "$interface" 2>/dev/null || true
    done
    rm -rf --one-file-system /var/lib/rancher/k3s/server /var/lib/rancher/k3s/agent /etc/rancher/node \\
      /etc/rancher/k3s /run/k3s
    rm -f \(K3sService.startedWith) \(K3sService.program)
    """
}
