import Process

extension SSHHost {
  func settings() async -> SSHSettings {
    (try? await destination.settings()) ?? SSHSettings("")
  }

  /// Why `ssh` gave no session, from what it said and, where that is not enough, from asking again.
  func explain(_ said: String) async -> HostError {
    // A connection that is shared keeps to itself what the machine in between says; asking without sharing shows it.
    let isBehind = said.contains("UNKNOWN port")
    let all = isBehind ? (try? await destination.knock(["-o", "StrictHostKeyChecking=yes"])) ?? said : said
    switch SSHMessage(all) {
    case .refused where isBehind:
      let line = all.split(whereSeparator: \.isNewline).first { $0.contains("Permission denied") }
      return .unreachable(
        host: name, address: destination.address,
        cause: "the machine in between lets nobody in: \(line ?? "Permission denied")",
        fix: "log in to \(destination.jump ?? "it") with 'ssh' first, and put your public key there")
    case .noConnection(let cause):
      return .unreachable(host: name, address: destination.address, cause: cause, fix: SSHMessage.fix(for: cause))
    case .refused(let methods, let remarks):
      return await refusedLogin(methods, remarks)
    case .changedKey(let seen, let file, let line):
      let known = readSmallFile(file)?.split(separator: "\n", omittingEmptySubsequences: false)
      let entry = known.flatMap { line >= 1 && line <= $0.count ? String($0[line - 1]) : nil } ?? ""
      let expected = try? await HostKeys.fingerprints(entry).first?.fingerprint
      return .changedHostKey(
        host: name, address: destination.address, expected: expected ?? "another key", seen: seen,
        place: "\(file):\(line)")
    case .unknownKey:
      do {
        return try await unknownKey(all)
      } catch let error as ProcessError {
        return .programProblem(host: name, name: "ssh", said: "\(error)", fix: Self.install)
      } catch {
        return .cancelled(host: name, during: "looking at the host key")
      }
    }
  }

  /// The kind of host key whose fingerprint is the pinned one; `nil` where there is none.
  func algorithmsOfPinnedKey() async -> String? {
    guard let pinned = destination.hostKey else { return nil }
    var open = destination
    open.hostKey = nil
    for kind in [
      "ssh-ed25519", "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521", "rsa-sha2-512,rsa-sha2-256",
    ] {
      let key = try? await HostKeys.shown(by: open, machine: name, algorithms: kind)
      if key?.fingerprint == pinned { return kind }
    }
    return nil
  }

  private func unknownKey(_ said: String) async throws -> HostError {
    if let jump = destination.firstJump {
      let answer = try await jump.knock(["-o", "StrictHostKeyChecking=yes"])
      switch SSHMessage(answer) {
      case .unknownKey:
        if let key = try await HostKeys.shown(by: jump, machine: destination.jump ?? jump.host) {
          return .unknownHostKey(host: name, key)
        }
      case .changedKey(let seen, let file, let line):
        return .changedHostKey(
          host: name, address: jump.host, expected: "another key", seen: seen, place: "\(file):\(line)")
      case .refused, .noConnection: break
      }
    }
    var open = destination
    open.hostKey = nil
    let shown = try await HostKeys.shown(by: open, machine: name)
    if let pinned = destination.hostKey {
      return .changedHostKey(
        host: name, address: destination.address, expected: pinned, seen: shown?.fingerprint ?? "another key",
        place: "hostKey of the node")
    }
    if let shown { return .unknownHostKey(host: name, shown) }
    return .unreachable(
      host: name, address: destination.address,
      cause: said.split(whereSeparator: \.isNewline).last.map(String.init) ?? "the host key is not known",
      fix: "connect once with 'ssh \(destination.host)' and look at the host keys it asks about")
  }

  private func refusedLogin(_ methods: [String], _ remarks: [String]) async -> HostError {
    let user = await settings().user
    var fix = "put your public key into ~\(user)/.ssh/authorized_keys there (ssh-copy-id), or name another user or key"
    if let remark = remarks.first {
      fix = "\(remark); \(fix)"
    } else if let key = destination.key {
      if !SSHKey(key).exists {
        fix = "there is no key \(key): 'croft ssh setup \(name)' makes one and puts it there"
      } else if await SSHKey(key).isLocked {
        // Without a terminal `ssh` passes over a locked key without a word.
        fix = "\(key) has a passphrase and no agent holds it: run 'ssh-add \(key)'"
      } else {
        fix = "'croft ssh setup \(name)' puts \(key) there with a password, once; or \(fix)"
      }
    }
    return .refusedLogin(host: name, user: user, methods: methods, fix: fix)
  }
}
