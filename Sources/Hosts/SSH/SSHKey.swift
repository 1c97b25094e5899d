@preconcurrency import Glibc
import Process

/// A key pair of the user's that machines let in: the file of the private key, and `.pub` beside it.
public struct SSHKey: Sendable, Equatable {
  public let path: String

  public init(_ path: String) { self.path = path }

  public var exists: Bool { access(path, F_OK) == 0 }

  /// The line of `.pub`, with only harmless signs in its comment; `nil` where there is none.
  public var publicLine: String? {
    guard let line = readSmallFile("\(path).pub")?.split(whereSeparator: \.isNewline).first else { return nil }
    let words = line.split(separator: " ", maxSplits: 2).map { word in
      String(
        word.unicodeScalars.filter {
          $0.isASCII && ($0.properties.isAlphabetic || "0123456789+/=@._-".unicodeScalars.contains($0))
        }
        .map(Character.init))
    }
    return words.count >= 2 && words[0].contains("-") ? words.joined(separator: " ") : nil
  }

  /// Whether it has a passphrase and no agent holds it, so that nobody can be let in without being asked.
  public var isLocked: Bool {
    get async {
      let test = try? await Command("ssh-keygen", ["-y", "-P", "", "-f", path]).run(timeout: .seconds(10))
      guard test?.errorText.contains("incorrect passphrase") == true else { return false }
      // 256 SHA256:… comment (ED25519)
      let own = try? await Command("ssh-keygen", ["-l", "-E", "sha256", "-f", path]).run(timeout: .seconds(10))
      guard let fingerprint = own?.text.split(separator: " ").dropFirst().first else { return true }
      let held = try? await Command("ssh-add", ["-l", "-E", "sha256"]).run(timeout: .seconds(10))
      return held?.text.contains(fingerprint) != true
    }
  }

  /// Makes the pair, of the kind Ed25519; the private key is readable by its user alone.
  /// - Parameters:
  ///   - comment: what tells keys apart where they are listed.
  ///   - asksPassphrase: whether `ssh-keygen` asks for a passphrase on the terminal. Otherwise it has none.
  /// - Returns: whether it was made; `ssh-keygen` has said why not.
  /// - Throws: `HostError.missingProgram`.
  public func make(comment: String, asksPassphrase: Bool) async throws(HostError) -> Bool {
    if let end = path.lastIndex(of: "/") { mkdir(String(path[..<end]), 0o700) }
    let arguments = ["-q", "-t", "ed25519", "-C", comment, "-f", path] + (asksPassphrase ? [] : ["-N", ""])
    do {
      return try await Command("ssh-keygen", arguments).runInForeground() == .exited(0)
    } catch {
      throw .missingProgram(host: comment, name: "ssh-keygen", fix: SSHHost.install)
    }
  }

  /// Adds it to those that the user of a connection may log in with. Where it is there already nothing changes.
  public static func authorize(_ publicLine: String) -> HostScript {
    let key = publicLine.split(separator: " ").prefix(2).joined(separator: " ")
    return HostScript(
      """
      set -eu
      umask 077
      file="$HOME/.ssh/authorized_keys"
      mkdir -p "$HOME/.ssh"
      touch "$file"
      grep -qF -- \(key.shellWord) "$file" && exit 0
      [ -z "$(tail -c 1 "$file")" ] || echo >>"$file"
      printf '%s\\n' \(publicLine.shellWord) >>"$file"
      """, label: "adding the key")
  }
}
