import Digest

extension FactsReader {
  static func users(_ lines: [Substring]) throws(FactsError) -> HostFacts.Users {
    var users = HostFacts.Users()
    var name: String?
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 1)
      let rest = words.count > 1 ? words[1] : ""
      switch words.first {
      case "user": name = String(rest)
      case "group": users.groups.insert(String(rest))
      case "passwd":
        let fields = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard let name, fields.count == 7, let id = Int(fields[2]) else {
          throw .malformed(part: "users", line: String(line))
        }
        users.users[name] = HostFacts.User(id: id, home: String(fields[5]), shell: String(fields[6]))
      case "groups":
        guard let name else { throw .malformed(part: "users", line: String(line)) }
        users.users[name]?.groups = Set(rest.split(separator: " ").map(String.init))
      case "key":
        guard let name else { throw .malformed(part: "users", line: String(line)) }
        // What is no key is none to sshd either.
        if let key = HostFacts.AuthorizedKey(line: rest) { users.users[name]?.keys.append(key) }
      default: throw .malformed(part: "users", line: String(line))
      }
    }
    return users
  }
}

extension HostFacts.AuthorizedKey {
  /// A line of an authorized_keys file, with or without options before the key.
  /// https://man.openbsd.org/sshd#AUTHORIZED_KEYS_FILE_FORMAT
  init?(line: Substring) {
    var words: [Substring] = []
    var word = line.startIndex
    var isQuoted = false
    for index in line.indices {
      if line[index] == "\"" { isQuoted.toggle() }
      if line[index] == " ", !isQuoted {
        if word < index { words.append(line[word..<index]) }
        word = line.index(after: index)
      }
    }
    if word < line.endIndex { words.append(line[word...]) }
    let kinds = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"]
    guard let place = words.prefix(2).firstIndex(where: { word in kinds.contains { word.hasPrefix($0) } }),
      words.count > place + 1
    else { return nil }
    self.init(key: "\(words[place]) \(words[place + 1])", isRestricted: place > 0)
  }
}

extension HostFacts.AuthorizedKey {
  /// `SHA256:` and 43 characters of base 64, as ssh-keygen -l shows it; the key itself where it is none.
  var fingerprint: String {
    let words = key.split(separator: " ")
    guard words.count > 1, let bytes = Base64Text.bytes(words[1]) else { return key }
    let text = Base64Text.lines(SHA256.digest(bytes))
    return "SHA256:" + text.prefix { $0 != "=" && $0 != "\n" }
  }
}
