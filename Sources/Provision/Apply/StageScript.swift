/// The operations of one stage as one script, and what each of them said.
struct StageScript {
  let operations: [Operation]

  /// What one operation came to.
  struct Result: Sendable, Equatable {
    var status: Int
    /// The end of what it wrote.
    var lines: [String]
  }

  /// Stops behind the first operation that does not succeed. The whole of it is read before any of it runs.
  var text: String {
    var text = "stage() {\n" + Self.runner + Operation.functions
    for (index, operation) in operations.enumerated() {
      text += "op_\(index)() {\n:\n\(operation.script ?? "")}\n"
    }
    for index in operations.indices { text += "run \(index)\n" }
    return text + "echo .end\n}\nstage </dev/null\n"
  }

  private static let runner = #"""
    LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    export LC_ALL PATH
    umask 022
    run() {
      printf '@%s\n' "$1"
      out=$( (set -eu; "op_$1") 2>&1 ); rc=$?
      [ -z "$out" ] || printf '%s\n' "$out" | tail -n 40 | sed 's/^/ /'
      printf '=%s\n' "$rc"
      [ "$rc" -eq 0 ] || { echo .end; exit 0; }
    }

    """#

  /// The operation that a line of the output says is started.
  static func started(_ line: String) -> Int? { line.hasPrefix("@") ? Int(line.dropFirst()) : nil }

  /// One result for each operation that ran: all of them, or up to the one that did not succeed.
  /// - Throws: `FrameError` where the answer is not complete.
  func results(_ output: [UInt8]) throws(FrameError) -> [Result] {
    let frames = try Frames(parsing: output).frames
    var results: [Result] = []
    for (index, frame) in frames.enumerated() {
      guard frame.name == "\(index)", let status = Int(frame.status) else {
        throw .stray("=\(frame.status)", in: frame.name)
      }
      results.append(Result(status: status, lines: frame.lines.map(String.init)))
    }
    guard results.count == operations.count || results.last.map({ $0.status != 0 }) ?? false else {
      throw .truncated(after: frames.last?.name)
    }
    return results
  }
}
