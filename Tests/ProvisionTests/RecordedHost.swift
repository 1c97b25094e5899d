import Hosts
import Synchronization

/// A machine that answers from a list, and remembers what it was asked to do.
final class RecordedHost: Host {
  struct Answer: Sendable {
    var output: String
    var status: Int32 = 0
    var error: HostError?
    static func text(_ output: String, status: Int32 = 0) -> Answer { Answer(output: output, status: status) }
    static func failure(_ error: HostError) -> Answer { Answer(output: "", error: error) }
  }

  let name: String
  private let answer: @Sendable (HostScript, Int) -> Answer
  private let scripts = Mutex<[HostScript]>([])
  private let closings = Mutex(0)

  init(_ name: String, _ answer: @escaping @Sendable (HostScript, Int) -> Answer) {
    self.name = name
    self.answer = answer
  }

  var asked: [HostScript] { scripts.withLock { $0 } }
  var labels: [String] { asked.map(\.label) }

  func run(_ script: HostScript, onLine: @escaping @Sendable (HostLine) -> Void) async throws(HostError) -> HostResult {
    let place = scripts.withLock { scripts in
      scripts.append(script)
      return scripts.count(where: { $0.label == script.label }) - 1
    }
    let answer = answer(script, place)
    if let error = answer.error { throw error }
    for line in answer.output.split(separator: "\n", omittingEmptySubsequences: false) {
      onLine(HostLine(stream: .output, text: String(line)))
    }
    return HostResult(status: answer.status, output: Array(answer.output.utf8))
  }

  func put(_ file: HostFile) async throws(HostError) {}
  func get(_ path: String, limit: Int) async throws(HostError) -> [UInt8]? { nil }
  func close() async { closings.withLock { $0 += 1 } }
}
