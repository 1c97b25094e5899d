public import Hosts

/// Asks a machine everything, in one round trip.
/// - Parameter time: seconds since 1970.
public func survey(
  _ host: any Host, _ request: FactsRequest, time: @Sendable () -> Double
) async throws(ProvisionError) -> HostFacts {
  if let name = request.unusableName { throw .facts(.unusableName(name)) }
  let script = HostScript(
    FactsScript(request: request).text, asRoot: true, timeout: .seconds(60), label: "looking at the machine")
  let started = time()
  let result: HostResult
  do throws(HostError) { result = try await host.run(script) } catch { throw .host(error) }
  let ended = time()
  guard result.isSuccess else {
    throw .survey(status: result.status, said: String(result.errors.prefix(200)))
  }
  do throws(FactsError) {
    return try HostFacts(parsing: result.output, of: request, started: started, ended: ended)
  } catch {
    throw .facts(error)
  }
}
