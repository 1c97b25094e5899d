import Blueprint
import Hosts
import Provision
import Redaction
import Terminal

/// The machines of a cluster, as hosts. What a machine asks for the first time, whether its key is the right one, or a
/// password for sudo, is asked of the user once all have answered.
final class MachineAccess {
  let blueprint: Blueprint
  private let context: Context
  private var passwords: SudoPasswords
  private var hosts: [String: SSHHost] = [:]

  init(_ blueprint: Blueprint, _ context: Context) throws(Exit) {
    self.blueprint = blueprint
    self.context = context
    passwords = try SudoPasswords(context)
  }

  func machines(_ nodes: [NodeSpec]) -> [Provisioning.Machine] {
    nodes.filter { blueprint.system(of: $0) != .talos }.map { node in
      Provisioning.Machine(node, host(of: node), keys: publicKeys(of: node))
    }
  }

  func close() async {
    await withTaskGroup(of: Void.self) { group in
      for host in hosts.values { group.addTask { await host.close() } }
    }
  }

  func host(of node: NodeSpec) -> SSHHost {
    if let host = hosts[node.name] { return host }
    let host = SSHHost(
      name: node.name, context.destination(of: node, in: blueprint), sudoPassword: passwords[node.name],
      clock: context.clock)
    hosts[node.name] = host
    return host
  }

  /// The public half of the key that the file names, where it lies beside it.
  private func publicKeys(of node: NodeSpec) -> [String] {
    guard let key = context.destination(of: node, in: blueprint).key,
      let bytes = try? FileWorkspace().read("\(key).pub")
    else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// What the cluster file's `source` and `key` name, by path.
  func sources() throws(Exit) -> [String: [UInt8]] {
    var sources: [String: [UInt8]] = [:]
    for path in provisionSources(blueprint) {
      do throws(WorkspaceError) { sources[path] = try FileWorkspace().read("\(blueprint.directory)/\(path)") } catch {
        throw Exit(.failure, "\(error)")
      }
    }
    return sources
  }

  /// Whether the user mended what kept these machines from answering, so that they can be asked again.
  func answer(_ errors: [ProvisionError]) async throws -> Bool {
    guard TerminalDevice.standardInput.isTerminal, TerminalDevice.standardError.isTerminal else { return false }
    var isMended = false
    for error in errors {
      switch error {
      case .host(.unknownHostKey(let host, let key)):
        context.output.errorLine(
          "\(host) (\(key.address)) shows a host key that is not known: \(key.type) \(key.fingerprint)")
        if try await Prompt.consent("Is it this machine's, and may it be remembered?") {
          try HostKeys.accept(key)
          isMended = true
        }
      default: break
      }
    }
    for asking in passwords.asking(errors) {
      for machine in asking.refused {
        context.output.errorLine("\(machine): wrong password of \(asking.user) for sudo")
      }
      guard let line = try await Prompt.hidden(asking.question), !line.isEmpty else { continue }
      passwords.answer(asking, Secret(line))
      for machine in asking.machines { await hosts.removeValue(forKey: machine)?.close() }
      isMended = true
    }
    return isMended
  }

  /// Asks the machines, and once more those that the user could help.
  func survey(
    _ nodes: [NodeSpec], stages: Set<NodeStage> = Set(NodeStage.allCases), everything: Bool = false
  ) async throws -> [String: Result<Provisioning.Survey, ProvisionError>] {
    var options = Provisioning.Options()
    options.stages = stages
    options.asksEverything = everything
    let provisioning = Provisioning(
      blueprint, sources: try sources(), options: options, clock: context.clock, time: context.time)
    var results: [String: Result<Provisioning.Survey, ProvisionError>] = [:]
    var waiting = nodes
    while !waiting.isEmpty {
      results.merge(await provisioning.survey(machines(waiting))) { $1 }
      let errors = waiting.compactMap { node in
        if case .failure(let error) = results[node.name] { (node, error) } else { nil }
      }
      guard try await answer(errors.map(\.1)) else { break }
      waiting = errors.map(\.0)
    }
    return results
  }
}

extension MachineAccess {
  /// Logs in to machines with the user's keys, and does nothing there.
  /// - Returns: why some of them did not let us in, by name.
  func refusals(_ nodes: [NodeSpec]) async throws -> [String: HostError] {
    var refusals: [String: HostError] = [:]
    var waiting = nodes
    while !waiting.isEmpty {
      for node in waiting { refusals[node.name] = nil }
      let found = await withTaskGroup(of: (String, HostError?).self) { group in
        for node in waiting {
          let host = host(of: node)
          group.addTask {
            do throws(HostError) {
              _ = try await host.run(HostScript(":", timeout: .seconds(30), label: "a login"))
              return (node.name, nil)
            } catch {
              return (node.name, error)
            }
          }
        }
        return await group.reduce(into: [String: HostError]()) { $0[$1.0] = $1.1 }
      }
      refusals.merge(found) { $1 }
      waiting = waiting.filter { found[$0.name] != nil }
      guard try await answer(waiting.compactMap { found[$0.name] }.map(ProvisionError.host)) else { break }
    }
    return refusals
  }

  /// The disks that may lose what is on them: those that the user agrees to, one by one.
  /// - Parameter mayWipe: whether the user said so beforehand.
  func consent(
    to surveys: [String: Result<Provisioning.Survey, ProvisionError>], mayWipe: Bool
  ) async throws -> Set<DiskFingerprint> {
    var agreed: Set<DiskFingerprint> = []
    for node in blueprint.nodes {
      guard case .success(let survey)? = surveys[node.name] else { continue }
      for disk in survey.plan.destroyed {
        let text =
          "\(disk.device) of \(node.name)"
          + (disk.serial.map { ", serial \($0)" } ?? "") + ", \(FactsCommand.size(disk.size)), holds "
          + disk.signatures.joined(separator: ", ")
        if !mayWipe {
          guard TerminalDevice.standardInput.isTerminal, TerminalDevice.standardError.isTerminal else { continue }
          context.output.errorLine("\(text). It will be destroyed.")
          guard try await Prompt.consent("Destroy what is on \(disk.device) of \(node.name)?") else { continue }
        }
        agreed.insert(disk)
      }
    }
    return agreed
  }
}

extension Context {
  /// Gives the machines of the cluster file, and closes their connections behind `body`.
  func withMachines<Result>(_ body: (MachineAccess) async throws -> Result) async throws -> Result {
    let access = try MachineAccess(try loadBlueprint(), self)
    do {
      let result = try await body(access)
      await access.close()
      return result
    } catch {
      await access.close()
      throw error
    }
  }
}
