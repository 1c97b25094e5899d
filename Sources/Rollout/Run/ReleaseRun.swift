import Blueprint
import Kubernetes

/// One release of a run: attempts with exponential back-off until it is ready or its retries are used up.
struct ReleaseRun: Sendable {
  let session: Session
  let renderer: Renderer
  let name: String

  /// - Throws: `RolloutError.held` when another run turns out to be at work; everything else is in the result.
  func run() async throws -> Schedule.State {
    guard let release = session.blueprint.release(name) else { return .failed }
    let layer = session.blueprint.layers.first { $0.releases.contains { $0.name == name } }
    let attempts = (release.retries ?? layer?.retries ?? Release.defaultRetries) + 1
    let started = Stopwatch(session.clock)
    let before = await session.changes(of: name)
    for attempt in 1...attempts {
      await session.emit(.releaseStarted(name, attempt: attempt))
      do {
        try await attemptOnce(release)
        let changes = await session.changes(of: name) - before
        await session.emit(.releaseReady(name, changes: changes, elapsed: started.elapsed))
        return .ready
      } catch let error as RolloutError where error.isHeld {
        throw error
      } catch {
        if await isStopped(error) {
          await session.emit(.releaseStopped(name))
          return .stopped
        }
        let reason = describe(error)
        if attempt == attempts || isFinal(error) {
          await session.emit(.releaseFailed(name, reason: reason))
          return .failed
        }
        let delay = Backoff().delay(after: attempt, random: session.environment.random())
        await session.emit(.retrying(release: name, attempt: attempt + 1, after: delay, reason: reason))
        await pause(delay)
        if let kinds = await session.inventory(of: name)?.kinds { await session.live.forget(kinds) }
        // The server may serve more by now.
        try? await session.refreshDiscovery()
      }
    }
    return .failed
  }

  private func attemptOnce(_ release: Release) async throws {
    await session.emit(.step(release: name, "rendering"))
    let isUpgrade = await session.inventory(of: name)?.revision != nil
    async let lists: Void = session.listMembers(of: name)
    let rendered = try await renderer.with(discovery: session.discovery).render(release, isUpgrade: isUpgrade)
    await lists
    try await ReleaseAttempt(session: session, rendered: rendered).run()
  }

  /// Waits, but not longer than until the run is asked to stop.
  private func pause(_ delay: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [session] in try? await session.clock.sleep(for: delay) }
      group.addTask { [session] in await session.stop.wait() }
      await group.next()
      group.cancelAll()
    }
  }

  private func isStopped(_ error: any Error) async -> Bool {
    if error is CancellationError { return true }
    if case .stopped = error as? RolloutError { return true }
    return await session.stop.isStopped && !isFinal(error)
  }

  private func isFinal(_ error: any Error) -> Bool {
    switch error {
    case let error as RolloutError: error.isFinal
    case let error as RenderError: !error.isPassing
    // The same credentials will be refused again.
    case KubernetesError.status(let failure): failure.code == 401
    default: false
    }
  }
}

extension Renderer {
  func with(discovery: Discovery) -> Renderer {
    Renderer(
      environment: environment, directory: directory, charts: charts, version: version, discovery: discovery,
      connected: connected)
  }
}

/// An error in words for people.
func describe(_ error: any Error) -> String {
  switch error {
  case KubernetesError.status(let failure): failure.summary
  default: "\(error)"
  }
}
