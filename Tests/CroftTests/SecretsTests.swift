@preconcurrency import Glibc
import JSON
import Process
import Testing

@testable import croft

/// `croft secrets` from the outside, with the real `sops` reading over its shoulder.
@Suite(
  .enabled(if: Executable.find("age") != nil && Executable.find("sops") != nil, "needs age and sops (scripts/setup)"),
  .timeLimit(.minutes(5)))
struct SecretsTests {
  /// A cluster's folder and a home of its own.
  private struct Folder {
    var path: String
    var home: String { "\(path)/home" }
    var runtime: String { "\(path)/run" }
    var key: String { "\(home)/.config/sops/age/keys.txt" }

    var environment: [String: String?] {
      [
        "HOME": home, "XDG_RUNTIME_DIR": runtime, "XDG_CONFIG_HOME": nil, "SOPS_AGE_KEY": nil, "SOPS_AGE_KEY_FILE": nil,
        "SOPS_EDITOR": nil, "VISUAL": nil, "EDITOR": nil,
      ]
    }

    func croft(_ arguments: String..., input: String = "", editor: String? = nil) async throws -> CommandOutput {
      var environment = environment
      environment["EDITOR"] = editor
      return try await Command(
        croftPath, arguments, environment: environment, directory: "\(path)/cluster", input: Array(input.utf8)
      ).run(timeout: .seconds(300))
    }

    func shell(_ script: String) async throws -> String {
      let output = try await Command(
        "sh", ["-ec", script], environment: environment, directory: "\(path)/cluster"
      ).run(timeout: .seconds(300))
      #expect(output.isSuccess, "\(output)")
      return output.text
    }

    func sops(_ arguments: String) async throws -> String {
      try await shell("sops --disable-version-check \(arguments)")
    }
  }

  private func withCluster(_ body: (Folder) async throws -> Void) async throws {
    // In memory, as the editor's file has to be.
    var name = Array("/dev/shm/croft-cli-XXXXXX".utf8CString)
    _ = mkdtemp(&name)
    let folder = Folder(path: name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
    let result: Result<Void, any Error>
    do {
      _ = try await Command("mkdir", ["-p", folder.home, folder.runtime, "\(folder.path)/cluster"]).run()
      _ = try await folder.shell(
        "printf 'apiVersion: croft.dev/v1alpha1\\nkind: Cluster\\nname: home # mine\\n' > cluster.yaml")
      result = .success(try await body(folder))
    } catch {
      result = .failure(error)
    }
    _ = try await Command("rm", ["-rf", folder.path]).run()
    try result.get()
  }

  @Test func initMakesAKeyForTheOwnerAlone() async throws {
    try await withCluster { folder in
      let made = try await folder.croft("secrets", "init", "-o", "json")
      let answer = try JSON(parsing: made.standardOutput)
      #expect(answer["isNew"] == true && answer["isAdded"] == true)
      let recipient = try #require(answer["recipient"]?.string)
      #expect(try await folder.shell("stat -c %a \(folder.key) $(dirname \(folder.key))") == "600\n700\n")
      #expect(try await folder.shell("age-keygen -y \(folder.key)") == recipient + "\n")
      #expect(
        try await folder.shell("cat cluster.yaml") == """
          apiVersion: croft.dev/v1alpha1
          kind: Cluster
          name: home # mine

          secrets:
            backend: sops
            recipients: [\(recipient)]

          """)
      #expect(try await folder.croft("check").isSuccess)
      let again = try JSON(parsing: try await folder.croft("secrets", "init", "-o", "json").standardOutput)
      #expect(again["isNew"] == false && again["isAdded"] == false && again["recipient"]?.string == recipient)
    }
  }

  @Test func withoutAKeyOneIsToldWhatToDo() async throws {
    try await withCluster { folder in
      let output = try await folder.croft("secrets", "set", "smtp", "password", input: "x")
      #expect(output.status == .exited(1))
      #expect(output.errorText.contains("run 'croft secrets init'"))
    }
  }

  @Test func valuesAreSetAndRead() async throws {
    try await withCluster { folder in
      _ = try await folder.croft("secrets", "init")
      let set = try await folder.croft("secrets", "set", "smtp", "password", "--every", "90d", input: "hunter2\n")
      #expect(set.isSuccess, "\(set)")
      #expect(!set.description.contains("hunter2"))
      _ = try await folder.croft("secrets", "set", "smtp", "ports", "--json", input: "[25, 587]")
      _ = try await folder.croft("secrets", "set", "smtp", "deep.down", "--exact", input: "x\n")
      let first = try await folder.shell("grep ^password secrets/smtp.sops.yaml")
      _ = try await folder.croft("secrets", "set", "smtp", "token", "--random", "30")
      #expect(try await folder.shell("grep ^password secrets/smtp.sops.yaml") == first, "what stays is not touched")
      #expect(try await folder.croft("secrets", "get", "smtp", "password").text == "hunter2")
      #expect(try await folder.croft("secrets", "get", "smtp", "ports.1").text == "587\n")
      #expect(try await folder.sops("decrypt --extract '[\"deep\"][\"down\"]' secrets/smtp.sops.yaml") == "x\n")
      #expect(try await folder.croft("secrets", "get", "smtp", "token").text.count == 30)
      let json = try JSON(parsing: try await folder.croft("secrets", "decrypt", "smtp", "-o", "json").text)
      #expect(json["ports"] == [25, 587])
      let missing = try await folder.croft("secrets", "get", "smtp", "nothing")
      #expect(missing.status == .exited(1))
      #expect(missing.errorText == "error: secrets/smtp.sops.yaml has nothing at 'nothing'\n")
      #expect(try await folder.shell("cat secrets/rotation.yaml").contains("every: 90d"))
      let check = try await folder.croft("secrets", "check")
      #expect(check.text == "no problems in 1 file\n", "\(check)")
      #expect(try await folder.shell("grep -rl hunter2 .. || true") == "", "plain text is nowhere")
      // What sops changes, Croft reads.
      _ = try await folder.sops("set secrets/smtp.sops.yaml '[\"password\"]' '\"hunter3\"'")
      #expect(try await folder.croft("secrets", "get", "smtp", "password").text == "hunter3")
    }
  }

  @Test func theEditorGetsPlainTextInMemory() async throws {
    try await withCluster { folder in
      _ = try await folder.croft("secrets", "init")
      _ = try await folder.croft("secrets", "set", "web", "a", input: "one")
      _ = try await folder.croft("secrets", "set", "web", "b", input: "two")
      let before = try await folder.shell("grep '^b:' secrets/web.sops.yaml")
      let editor =
        ##"sh -c 'stat -c "%a %n" "$1" "$(dirname "$1")" > seen; sed -i s/one/three/ "$1"; echo "# note" >> "$1"' -"##
      let output = try await folder.croft("secrets", "edit", "web", editor: editor)
      #expect(output.text == "encrypted secrets/web.sops.yaml\n", "\(output)")
      let seen = try await folder.shell("cat seen").split(separator: "\n")
      #expect(seen[0].hasPrefix("600 \(folder.runtime)/croft-private-") && seen[0].hasSuffix("/web.sops.yaml"))
      #expect(seen[1].hasPrefix("700 "))
      #expect(try await folder.shell("ls \(folder.runtime)") == "")
      #expect(try await folder.sops("decrypt secrets/web.sops.yaml") == "a: three\nb: two\n# note\n")
      #expect(try await folder.shell("grep '^b:' secrets/web.sops.yaml") == before)

      let text = try await folder.shell("cat secrets/web.sops.yaml")
      #expect(try await folder.croft("secrets", "edit", "web", editor: "true").text == "nothing was changed\n")
      let failed = try await folder.croft("secrets", "edit", "web", editor: "false")
      #expect(failed.status == .exited(1) && failed.errorText.contains("ended with exited(1)"))
      let wrong = try await folder.croft("secrets", "edit", "web", editor: "sh -c 'echo [ >> \"$1\"' -")
      #expect(wrong.status == .exited(1) && wrong.errorText.contains("secrets/web.sops.yaml: line"))
      #expect(try await folder.shell("cat secrets/web.sops.yaml") == text)
      #expect(try await folder.shell("ls \(folder.runtime)") == "")

      _ = try await folder.croft("secrets", "edit", "new", editor: "sh -c 'echo k: v > \"$1\"' -")
      #expect(try await folder.sops("decrypt secrets/new.sops.yaml") == "k: v\n")
    }
  }

  /// SIGTERM is answered at once; after SIGKILL another process tidies up, and the next start whatever that leaves.
  @Test(arguments: [SIGTERM, SIGKILL])
  func whatACrashLeavesIsRemoved(signal: Int32) async throws {
    try await withCluster { folder in
      _ = try await folder.croft("secrets", "init")
      _ = try await folder.croft("secrets", "set", "web", "a", input: "one")
      var environment = folder.environment
      environment["EDITOR"] = "sh -c 'echo $$ > ../editor; exec sleep 60' -"
      let process = try Command(
        croftPath, ["secrets", "edit", "web"], environment: environment, directory: "\(folder.path)/cluster"
      ).start()
      while try await folder.shell("cat ../editor 2>/dev/null || true") == "" {
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(try await folder.shell("ls \(folder.runtime)").hasPrefix("croft-private-"))
      process.signal(signal)
      _ = try await process.wait()
      _ = try await folder.shell("kill $(cat ../editor)")
      var tries = 0
      while try await folder.shell("ls \(folder.runtime)") != "", tries < 200 {
        try await Task.sleep(for: .milliseconds(50))
        tries += 1
      }
      #expect(try await folder.shell("ls \(folder.runtime)") == "")
      if signal == SIGTERM { #expect(tries == 0) }

      // Of a process that is no more.
      _ = try await folder.shell(
        "mkdir -p \(folder.runtime)/croft-private-1-1-x && touch \(folder.runtime)/croft-private-1-1-x/y")
      #expect(try await folder.croft("secrets", "check").isSuccess)
      #expect(try await folder.shell("ls \(folder.runtime)") == "")
    }
  }

  @Test func plainFilesAreEncrypted() async throws {
    try await withCluster { folder in
      _ = try await folder.croft("secrets", "init")
      let made = try await folder.croft(
        "secrets", "encrypt", "-", "--to", "secrets/config.sops.json", input: "{\"a\": \"b\"}")
      #expect(made.text == "encrypted secrets/config.sops.json\n", "\(made)")
      #expect(try await folder.sops("decrypt secrets/config.sops.json") == "{\n\t\"a\": \"b\"\n}\n")
      _ = try await folder.shell("mkdir -p plain; printf 'A=b\\n' > plain/x.env")
      let printed = try await folder.croft("secrets", "encrypt", "plain/x.env")
      #expect(printed.text.contains("A=ENC[") && printed.text.contains("sops_mac=ENC["))
      #expect(try await folder.shell("cat plain/x.env") == "A=b\n")
      _ = try await folder.croft("secrets", "encrypt", "--in-place", "plain/x.env")
      #expect(try await folder.sops("decrypt plain/x.env") == "A=b\n")
      #expect(try await folder.croft("secrets", "decrypt", "plain/x.env").text == "A=b\n")
      let twice = try await folder.croft("secrets", "encrypt", "-i", "plain/x.env")
      #expect(twice.errorText.contains("is encrypted already"))
      #expect(try await folder.croft("secrets", "encrypt", "-i", "-").status == .exited(64))
    }
  }

  @Test func rotationFollowsTheRecipients() async throws {
    try await withCluster { folder in
      _ = try await folder.croft("secrets", "init")
      _ = try await folder.croft("secrets", "set", "web", "a", input: "one")
      let other = try await folder.shell("age-keygen -o ../other.txt 2>/dev/null; age-keygen -y ../other.txt").filter {
        $0 != "\n"
      }
      _ = try await folder.shell("sed -i 's/recipients: \\[/&\(other), /' cluster.yaml")
      let check = try await folder.croft("secrets", "check")
      #expect(check.status == .exited(1) && check.text.contains("CR1004") && check.text.contains(other), "\(check)")
      let before = try await folder.shell("grep ^a: secrets/web.sops.yaml")
      let rotated = try await folder.croft("secrets", "rotate")
      #expect(rotated.text == "encrypted secrets/web.sops.yaml anew\n  + \(other)\n", "\(rotated)")
      #expect(try await folder.shell("grep ^a: secrets/web.sops.yaml") != before)
      #expect(try await folder.croft("secrets", "check").isSuccess)
      #expect(try await folder.shell("SOPS_AGE_KEY_FILE=../other.txt sops decrypt secrets/web.sops.yaml") == "a: one\n")
      // The settings of sops come first.
      _ = try await folder.shell("printf 'creation_rules: [{age: \(other)}]\\n' > .sops.yaml")
      let json = try JSON(parsing: try await folder.croft("secrets", "rotate", "web", "-o", "json").text)
      #expect(json[0]?["removed"]?.array?.count == 1)
      let locked = try await folder.croft("secrets", "get", "web", "a")
      #expect(locked.status == .exited(1) && locked.errorText.contains("encrypted for \(other)"))
    }
  }

  @Test func commandsOfAGroupAreFound() async throws {
    #expect(try await croft("secrets").status == .exited(64))
    #expect(try await croft("secrets", "--help").text.contains("  rotate   "))
    #expect(try await croft("secrets", "set", "--help").text == (try await croft("help", "secrets", "set").text))
    let mistyped = try await croft("secrets", "edti")
    #expect(
      mistyped.errorText == """
        error: there is no command 'secrets edti'; did you mean 'croft secrets edit'?
        'croft secrets --help' says what it takes.

        """)
    #expect(try await croft("explain", "CR1002").text.contains("wrong signature"))
  }

  @Test func namesAndKeysAreCompleted() async throws {
    try await withCluster { folder in
      _ = try await folder.croft("secrets", "init")
      _ = try await folder.croft("secrets", "set", "web", "a.b", input: "one")
      #expect(try await folder.croft("__complete", "bash", "--", "secrets", "e").text.split(separator: "\n").count == 2)
      #expect(try await folder.croft("__complete", "bash", "--", "secrets", "edit", "").text.hasPrefix("web\t"))
      _ = try await folder.shell("rm \(folder.key)")
      #expect(try await folder.croft("__complete", "bash", "--", "secrets", "get", "web", "").text == "a.b\n")
    }
  }
}
