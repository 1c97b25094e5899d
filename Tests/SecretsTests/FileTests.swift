@preconcurrency import Glibc
import Process
import Redaction
import Testing

@testable import Secrets

struct FileTests {
  @Test func filesAreReplacedAsWholes() async throws {
    try await withFolder { folder in
      let path = "\(folder)/a"
      try FileContent.replace(path, with: [1])
      #expect(mode(path) == 0o644)
      chmod(path, 0o600)
      symlink("a", "\(folder)/link")
      try FileContent.replace("\(folder)/link", with: [2])
      #expect(try FileContent.read(path) == [2])
      #expect(mode(path) == 0o600, "what is there keeps its mode")
      var status = stat()
      #expect(lstat("\(folder)/link", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
      let names = try await Command("ls", ["-A", folder]).run().text
      #expect(names == "a\nlink\n", "nothing is left behind")
      #expect(throws: SecretsError.self) { try FileContent.replace("\(folder)/none/a", with: []) }
      #expect(throws: SecretsError.self) { try FileContent.create(path, with: []) }
    }
  }

  @Test func privateFoldersAreTheOwnersAlone() throws {
    let folder = try PrivateFolder.make(for: .plainText, environment: [:])
    defer { folder.remove() }
    #expect(mode(folder.path) == 0o700)
    let file = try folder.write([1], as: "a.yaml")
    #expect(mode(file) == 0o600)
    PrivateFolder.removeLeftovers(environment: [:])
    #expect(access(file, F_OK) == 0, "this process lives")
    mkdir("\(folder.path)/.cache", 0o700)
    try FileContent.create("\(folder.path)/.cache/a.swp", with: [])
    folder.remove()
    #expect(access(folder.path, F_OK) != 0)
  }

  @Test func whatACrashLeftIsRemoved() async throws {
    try await withFolder { folder in
      // A process that is no more, and one that has its number now.
      let ended = try await Command("sh", ["-c", "echo $$"]).run().text.filter(\.isNumber)
      let paths = ["\(ended)-12345-abcdef", "\(getpid())-1-abcdef"].map { "\(folder)/croft-private-\($0)" }
      let others = ["croft-private-x", "croft-private-1-2", "mine"].map { "\(folder)/\($0)" }
      for path in paths + others {
        mkdir(path, 0o700)
        try FileContent.create("\(path)/secret.yaml", with: [1])
      }
      PrivateFolder.removeLeftovers(environment: ["XDG_RUNTIME_DIR": folder])
      for path in paths { #expect(access(path, F_OK) != 0) }
      for path in others { #expect(access("\(path)/secret.yaml", F_OK) == 0) }
    }
  }

  @Test func passwordsAreLettersAndDigits() {
    let many = (0..<50).map { _ in Password.random(40).reveal() }
    #expect(Set(many).count == 50)
    #expect(many.allSatisfy { $0.count == 40 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } })
    #expect(Set(many.joined()).count == 62)
  }
}
