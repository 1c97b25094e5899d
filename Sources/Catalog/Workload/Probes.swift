import Blueprint
import JSON

extension WorkloadObjects {
  struct Probes {
    var startup: JSON
    var readiness: JSON
    var liveness: JSON
  }

  /// One question asked in three ways: has it started (five minutes' patience), may it get traffic, is it alive. As the
  /// file says; without a word, whether the first TCP port answers. `nil`: nothing to ask.
  var probes: Probes? {
    guard let question else { return nil }
    func probe(every period: Int, failures: Int) -> JSON {
      var probe = question
      probe["periodSeconds"] = .int(period)
      probe["timeoutSeconds"] = 5
      probe["failureThreshold"] = .int(failures)
      return probe
    }
    return Probes(
      startup: probe(every: 2, failures: 150), readiness: probe(every: 10, failures: 3),
      liveness: probe(every: 20, failures: 3))
  }

  private var question: JSON? {
    switch workload.probe?.check {
    case .http(let path, let port): ["httpGet": ["path": .string(path), "port": .int(port)]]
    case .tcp(let port): ["tcpSocket": ["port": .int(port)]]
    case .command(let command): ["exec": ["command": .array(command.map(JSON.string))]]
    case .off: nil
    case nil:
      workload.ports.first { $0.transport == "TCP" }.map { ["tcpSocket": ["port": .int($0.port)]] }
    }
  }
}
