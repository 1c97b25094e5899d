import Blueprint
import Diagnostics
import Kubernetes
import Lifecycle
import Process
import Store

/// Looks at everything on this machine that croft needs.
struct Examination: Sendable {
  var context: Context

  /// Findings in the order in which they are shown.
  func run() async -> [Finding] {
    let needed = neededTools()
    var findings: [Finding] = []
    for tool in Tool.all { findings.append(await look(at: tool, isNeeded: needed?.contains(tool.name))) }
    findings.append(clusterFile())
    findings.append(await cluster())
    findings.append(await state())
    return findings
  }

  // MARK: Tools

  /// What the releases of the cluster file are rendered with, and the hand-over; `nil` where there is no file that can be read.
  private func neededTools() -> Set<String>? {
    guard let result = try? context.loadCluster(), let blueprint = result.blueprint else { return nil }
    var names: Set<String> = blueprint.secrets == nil ? [] : ["age"]
    if HandOver.name(for: blueprint) != nil { names.insert("git") }
    for release in blueprint.releases {
      switch release.source {
      case .chart: names.insert("helm")
      case .kustomize(let path, _):
        names.insert("kubectl")
        if path.contains("://") || path.hasPrefix("git@") { names.insert("git") }
      case .manifests, .image: break
      }
    }
    return names
  }

  /// - Parameter isNeeded: By the cluster file; `nil` where that is not known.
  private func look(at tool: Tool, isNeeded: Bool?) async -> Finding {
    let level: Finding.Level = isNeeded == true ? .error : .warning
    let use = isNeeded == false ? "\(tool.purpose); this cluster has none" : tool.purpose
    let install = tool.installCommand(.here)
    guard let path = Executable.find(tool.name) else {
      return Finding(tool.name, isNeeded == false ? .ok : level, "not installed; it \(use)", fix: install)
    }
    do {
      let output = try await Command(path, tool.versionArguments).run(timeout: .seconds(15), clock: context.clock)
      guard output.isSuccess, let version = Tool.Version(in: output.text) else {
        return Finding(
          tool.name, level, "\(path) does not say its version: \(output.errorText.prefix(200))", fix: install)
      }
      if version < tool.minimum {
        return Finding(
          tool.name, level, "\(version) in \(path) is too old; \(tool.minimum) or later is needed", fix: install)
      }
      return Finding(tool.name, .ok, "\(version) in \(path); it \(use)")
    } catch {
      return Finding(tool.name, level, "\(error)", fix: install)
    }
  }

  // MARK: The rest

  private func clusterFile() -> Finding {
    do throws(Exit) {
      let result = try context.loadCluster()
      if result.diagnostics.hasErrors {
        return Finding("cluster file", .error, result.diagnostics.summary, fix: "croft check")
      }
      let name = result.blueprint?.name ?? ""
      return Finding("cluster file", .ok, "\(name), \(result.diagnostics.summary)")
    } catch {
      return Finding("cluster file", .warning, error.message)
    }
  }

  private func cluster() async -> Finding {
    do {
      let cluster = try context.connect(retries: .never)
      let finding: Finding
      do {
        let version = try await cluster.version()
        finding = Finding("cluster", .ok, "Kubernetes \(version) at \(cluster.access.server)")
      } catch {
        finding = Finding(
          "cluster", .error, "\(error)", fix: "start the cluster, or name another with --kubeconfig or --context")
      }
      await cluster.close()
      return finding
    } catch {
      return Finding("cluster", .error, "\(error)")
    }
  }

  private func state() async -> Finding {
    let path = Directories(environment: context.environment).journal
    do {
      let database = try Database(path: path)
      let answer = try await database.query("PRAGMA quick_check")[0][0].text ?? ""
      guard answer == "ok" else { throw StoreError.damaged(path: path, message: answer) }
      return Finding("journal", .ok, path)
    } catch {
      return Finding("journal", .error, "\(error)")
    }
  }
}
