import Hosts
import Lab
import Testing

@testable import Provision

/// Packages that do not come, or not at once.
@Suite(
  .serialized, .labMachine, .enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"),
  .timeLimit(.minutes(10)))
struct RealPackagesTests {
  @Test func aPackageThatDoesNotExist() async throws {
    let cow = try LabMachine.current
    let result = try await cow.apply(cow.file("{packages: [croft-no-such-package]}"))
    #expect(reason(result).contains("no repository of the machine has such a package"), "\(result)")
  }

  @Test func aMirrorThatDoesNotAnswer() async throws {
    let cow = try LabMachine.current
    try await cow.shell(
      """
      apt-get -qq purge -y ncdu
      mkdir -p /root/apt; mv /etc/apt/sources.list /etc/apt/sources.list.d/* /root/apt/ 2>/dev/null
      mv /var/lib/apt/lists /root/apt/lists; mkdir -p /var/lib/apt/lists/partial
      echo 'deb http://127.0.0.1:9/debian bookworm main' >/etc/apt/sources.list; apt-get clean
      """)
    let result = try await cow.apply(cow.file("{packages: [ncdu]}"))
    try await cow.shell(
      """
      rm -rf /etc/apt/sources.list /var/lib/apt/lists; mv /root/apt/lists /var/lib/apt/lists
      for f in /root/apt/*; do case $f in *.list.d|*/sources.list) mv "$f" /etc/apt/;; *) mv "$f" /etc/apt/sources.list.d/;; esac; done
      """)
    let text = reason(result)
    #expect(text.contains("a package repository does not answer") || text.contains("no repository"), "\(text)")
    try await cow.expectReady(cow.file("{packages: [ncdu]}"))
  }

  /// Another program holds dpkg's lock for a while: waited for.
  @Test func aLockIsWaitedFor() async throws {
    let cow = try LabMachine.current
    try await cow.shell(
      """
      apt-get -qq purge -y ncdu
      systemd-run --quiet --collect --unit croft-lock /usr/bin/python3 -c '
      import fcntl, time
      files = [open(p, "w") for p in ("/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock", "/var/lib/apt/lists/lock")]
      for f in files: fcntl.lockf(f, fcntl.LOCK_EX)
      time.sleep(6)'
      sleep 1
      """)
    try await cow.expectReady(cow.file("{packages: [ncdu]}"))
  }

  private func reason(_ result: Result<Int, ProvisionError>) -> String {
    if case .failure(let error) = result { error.description } else { "\(result)" }
  }
}
