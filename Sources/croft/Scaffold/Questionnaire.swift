import Blueprint
import Terminal

/// Asks for what the flags left open.
struct Questionnaire {
  var context: Context
  var answers: ClusterAnswers

  /// - Throws: `Exit` where the person ends the input.
  mutating func ask() async throws {
    let given = context.invocation
    if given.value("name") == nil {
      try await ask("Name of the cluster", byDefault: answers.name) { $0.name = $1 }
    }
    if given.value("domain") == nil {
      try await ask("Domain of its applications, such as home.example.net (Enter: none)", byDefault: nil) {
        $0.domain = $1.isEmpty ? nil : $1
      }
    }
    if given.value("distribution") == nil {
      let names = KubernetesSpec.Distribution.allCases.map(\.rawValue)
      try await ask("Distribution: \(names.joined(separator: ", "))", byDefault: answers.distribution.rawValue) {
        guard let distribution = KubernetesSpec.Distribution(rawValue: $1) else {
          throw UsageError(message: "it is one of \(names.joined(separator: ", ")), not '\($1)'", command: nil)
        }
        $0.distribution = distribution
      }
    }
    // k3d runs where it is started.
    guard given.list("node").isEmpty, answers.distribution != .k3d else { return }
    while true {
      let count = answers.machines.count
      try await ask("Node \(count + 1) as name=address[,role] (Enter: no more)", byDefault: nil) {
        $0.machines += try ClusterAnswers.machines($1.split(separator: ",").map(String.init))
      }
      if answers.machines.count == count { return }
    }
  }

  /// Asks until the answer makes a cluster without mistakes.
  private mutating func ask(
    _ question: String, byDefault: String?, _ take: (inout ClusterAnswers, String) throws -> Void
  ) async throws {
    let words = byDefault.map { "\(question) [\($0)]: " } ?? "\(question): "
    while true {
      guard let line = try await Prompt.line(context.errorStyle(words, .bold)) else {
        throw Exit(.failure, "nothing was written")
      }
      let answer = String(line.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0.isWhitespace }.reversed())
      var next = answers
      do {
        try take(&next, answer.isEmpty ? byDefault ?? "" : answer)
        if let mistake = Scaffold(next).mistakes.first {
          context.output.errorLine(mistake)
          continue
        }
        answers = next
        return
      } catch let error as UsageError {
        context.output.errorLine(error.message)
      }
    }
  }
}
