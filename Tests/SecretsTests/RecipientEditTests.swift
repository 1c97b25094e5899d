import Testing

@testable import Secrets

struct RecipientEditTests {
  /// A file, and the same file with the recipient NEW.
  static let files: [(String, String)] = [
    ("name: home\n", "name: home\n\nsecrets:\n  backend: sops\n  recipients: [NEW]\n"),
    ("name: home", "name: home\n\nsecrets:\n  backend: sops\n  recipients: [NEW]\n"),
    (
      "name: home # mine\n\n# the end\n",
      "name: home # mine\n\n# the end\n\nsecrets:\n  backend: sops\n  recipients: [NEW]\n"
    ),
    (
      "secrets: {backend: sops, recipients: [a]} # x\nb:   1\n",
      "secrets: {backend: sops, recipients: [a, NEW]} # x\nb:   1\n"
    ),
    ("secrets:\n  recipients: []\nb: 1\n", "secrets:\n  recipients: [NEW]\nb: 1\n"),
    ("secrets:\n  recipients: [a,\n    'b' # bob\n  ]\n", "secrets:\n  recipients: [a,\n    'b', NEW # bob\n  ]\n"),
    ("secrets:\n  recipients:\n  - a # alice\n\nb: 1\n", "secrets:\n  recipients:\n  - a # alice\n  - NEW\n\nb: 1\n"),
    (
      "secrets:\n    recipients:\n      - a\n      - b\n",
      "secrets:\n    recipients:\n      - a\n      - b\n      - NEW\n"
    ),
    ("secrets:\n    # which\n    backend: sops\n", "secrets:\n    # which\n    recipients: [NEW]\n    backend: sops\n"),
    ("secrets: {backend: sops}\n", "secrets: {recipients: [NEW], backend: sops}\n"),
    ("secrets: {}\nb: 1\n", "secrets: {backend: sops, recipients: [NEW]}\nb: 1\n"),
    ("secrets:\nb: 1\n", "secrets:\n  backend: sops\n  recipients: [NEW]\nb: 1\n"),
    ("a: 1\n---\napps: {}\n", "a: 1\n\nsecrets:\n  backend: sops\n  recipients: [NEW]\n---\napps: {}\n"),
  ]

  @Test(arguments: files)
  func leavesEverythingElse(before: String, after: String) throws {
    let result = try RecipientEdit.add("NEW", to: Array(before.utf8), file: "cluster.yaml")
    #expect(result.map { String(decoding: $0, as: UTF8.self) } == after)
    #expect(try RecipientEdit.add("NEW", to: result ?? [], file: "cluster.yaml") == nil, "it is there now")
  }

  @Test(arguments: [
    "[]\n", "a: [\n", "{a: 1}\n", "secrets: text\n", "secrets: {recipients: text}\n", "a: &x\n  b: 1\nsecrets: *x\n",
  ])
  func refusesWhatItCannotChangeSafely(text: String) {
    let error = #expect(throws: SecretsError.self) {
      try RecipientEdit.add("NEW", to: Array(text.utf8), file: "cluster.yaml")
    }
    #expect(error?.description.hasPrefix("cluster.yaml: ") == true)
  }
}
