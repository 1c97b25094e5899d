/// What is started on a machine so that a script can travel on standard input and be watched.
///
/// It says `NONCE ready` on both outputs, so that what a login shell or `sudo` wrote before is known to be not the
/// script's; reads the script; runs it only when its last line says that it is whole; and says `NONCE STATUS` on both
/// outputs, so that output which was cut off is known to be cut off.
struct Wrapper {
  /// Told apart from everything a script writes.
  var nonce: String
  var asRoot: Bool
  /// Whether bytes follow the script, which are its standard input.
  var hasContent: Bool

  /// What comes behind `sh -c`.
  func arguments(script: [UInt8]) -> [String] {
    let launcher = asRoot ? Self.rootLauncher : Self.launcher
    return [launcher, nonce, Self.body, nonce, String(script.count), hasContent ? "content" : "watched"]
  }

  /// For a login shell of any kind: single quotes mean the same in all of them, and inside is neither one nor a line
  /// break.
  func commandLine(script: [UInt8]) -> String {
    "exec sh -c " + arguments(script: script).map { "'\($0)'" }.joined(separator: " ")
  }

  /// The script and the line by which its end is known.
  func sealed(_ text: String) -> [UInt8] { Array("\(text)\n#\(nonce)".utf8) }

  /// What `sudo` asks with.
  var prompt: String { "\(nonce):password" }

  private static let launcher = #"exec sh -c "$@""#

  private static let rootLauncher =
    #"if [ "$(id -u)" = 0 ]; then exec sh -c "$@"; else exec sudo -S -p "$0:password" -- sh -c "$@"; fi"#

  /// `$0` is the nonce, `$1` the number of the script's bytes. A watched script has an empty standard input; the real
  /// one is held open by who waits for the script, and its end means that nobody waits any more.
  private static let body = [
    "exec 3<&0 </dev/null",
    "LC_ALL=C",
    "export LC_ALL",
    "cd /",
    #"echo "$0 ready""#,
    #"echo "$0 ready" >&2"#,
    #"s=$(head -c "$1" <&3)"#,
    ##"case "$s" in *"#$0") ;; *) exit 97;; esac"##,
    #"if [ "$2" = content ]; then (eval "$s") <&3"#,
    "r=$?",
    #"else (read -r x; trap "" TERM; kill -TERM 0; sleep 2; kill -KILL 0) <&3 >/dev/null 2>&1 & w=$!"#,
    #"(exec 3<&-; unset w; eval "$s")"#,
    "r=$?",
    #"kill "$w""#,
    "fi",
    #"printf "\n%s %s\n" "$0" "$r""#,
    #"printf "\n%s %s\n" "$0" "$r" >&2"#,
  ].joined(separator: "; ")
}
