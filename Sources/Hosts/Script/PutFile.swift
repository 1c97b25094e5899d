import Redaction

extension ScriptHost {
  public func put(_ file: HostFile) async throws(HostError) {
    let size = file.content.reveal().count
    let mode = String(file.mode, radix: 8)
    // The temporary file is readable by root alone until it has its owner; its name is then changed in one step.
    let script = """
      set -eu
      path=\(file.path.shellWord)
      folder=${path%/*}
      cd -- "${folder:-/}"
      umask 077
      temporary=$(mktemp ./.croft-XXXXXXXX)
      trap 'rm -f -- "$temporary"' EXIT
      trap 'exit 1' HUP INT PIPE TERM
      head -c \(size) >"$temporary"
      [ "$(wc -c <"$temporary")" -eq \(size) ] || { echo 'croft: not all of it arrived' >&2; exit 1; }
      chown -- \("\(file.owner):\(file.group)".shellWord) "$temporary"
      chmod \(mode) "$temporary"
      sync "$temporary"
      mv -fT -- "$temporary" "${path##*/}"
      trap - EXIT
      sync .
      """
    let result = try await run(
      HostScript(script, asRoot: true, timeout: Self.timeout(forBytes: size), label: "writing \(file.path)"),
      content: file.content, limit: outputLimit
    ) { _ in }
    guard !result.isSuccess else { return }
    if result.errors.contains("No space left on device") { throw .noSpace(host: name, path: file.path) }
    throw .notWritable(host: name, path: file.path, cause: result.reason)
  }

  public func get(_ path: String, limit: Int) async throws(HostError) -> [UInt8]? {
    let script = "exec head -c \(limit + 1) -- \(path.shellWord)"
    let result = try await run(
      HostScript(script, asRoot: true, timeout: Self.timeout(forBytes: limit), label: "reading \(path)"),
      content: nil, limit: max(limit + 1, outputLimit)
    ) { _ in }
    if result.isSuccess {
      guard result.output.count <= limit else { throw .tooMuch(host: name, what: path, limit: limit) }
      return result.output
    }
    // The reasons are the system's, in the language of LC_ALL=C.
    if result.errors.contains("No such file or directory") || result.errors.contains("Not a directory") { return nil }
    throw .notReadable(host: name, path: path, cause: result.reason)
  }

  /// A minute, and what the bytes take through a slow link (256 KiB a second).
  private static func timeout(forBytes count: Int) -> Duration { .seconds(60 + count >> 18) }
}

extension HostResult {
  /// Why a small tool did not do its part: its last words, without its own name.
  var reason: String {
    guard let line = errors.split(whereSeparator: \.isNewline).last else { return "status \(status)" }
    return String(line)
  }
}
