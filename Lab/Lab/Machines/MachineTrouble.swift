import FoundationEssentials

/// What goes wrong on machines.
extension Machine {
  private static let filler = "/croft-lab-filler"

  /// Fills its disk to the last byte, until `freeDisk`.
  public func fillDisk() async throws {
    try await run(
      """
      free=$(($(stat --file-system --format '%a * %S' /)))
      [ "$free" -lt 4194304 ] || fallocate --length "$((free - 2097152))" "$1"
      # What is left, in small pieces, until there is no room.
      ! dd if=/dev/zero of="$1" bs=4096 oflag=append conv=notrunc status=none 2>/dev/null
      """, Self.filler)
  }

  public func freeDisk() async throws { try await run(#"rm -f "$1""#, Self.filler) }

  /// Sets its clock off by so many seconds; 0 sets it right.
  ///
  /// The kernel is shared, so this is what programs see that are started by SSH or `sudo` from now on and ask the C
  /// library: `date`, shells, Python, `openssl`. Services, and programs in Go (containerd, Kubernetes), see the host's
  /// time. Nobody on the machine can set the clock.
  public func setClock(offBySeconds seconds: Int) async throws {
    guard seconds != 0 else { return _ = try await run("rm -f /etc/environment /etc/sudoers.d/croft-lab-clock") }
    try await run(
      """
      printf 'LD_PRELOAD=%s\nFAKETIME=%+d\nDONT_FAKE_MONOTONIC=1\n' /usr/lib/*/faketime/libfaketimeMT.so.1 "$1" \
        >/etc/environment
      printf 'Defaults env_file=/etc/environment\n' >/etc/sudoers.d/croft-lab-clock
      """, "\(seconds)")
  }

  /// Has another program listen on a TCP port, as a web server would that somebody forgot, until `releasePort` or the
  /// next boot.
  public func takePort(_ port: Int) async throws {
    try await run(
      """
      systemd-run --quiet --collect --unit="croft-lab-port-$1" socat "TCP-LISTEN:$1,reuseaddr,fork" /dev/null
      until ss --no-header --listening --tcp --numeric "sport = :$1" | grep -q .; do
        systemctl is-active --quiet "croft-lab-port-$1"
        sleep 0.05
      done
      """, "\(port)")
  }

  public func releasePort(_ port: Int) async throws {
    try await run(#"systemctl stop "croft-lab-port-$1""#, "\(port)")
  }
}
