import Blueprint
import Kubernetes
import Store

/// What every run did, step by step, on this machine (SQLite). A run that was cut off is found here, and hooks
/// that it had finished are not run twice.
public actor Journal {
  private let database: Database

  /// - Parameter path: `…/journal.db`, made where it is missing.
  public init(path: String) async throws {
    database = try Database(path: path)
    try await database.migrate([
      """
      CREATE TABLE runs (
        id TEXT PRIMARY KEY, cluster TEXT NOT NULL, started REAL NOT NULL, ended REAL, outcome TEXT, holder TEXT NOT NULL);
      CREATE TABLE steps (
        run TEXT NOT NULL REFERENCES runs(id), at REAL NOT NULL, release TEXT, kind TEXT NOT NULL, object TEXT, detail TEXT);
      CREATE INDEX steps_by_run ON steps(run);
      CREATE TABLE hooks (
        cluster TEXT NOT NULL, release TEXT NOT NULL, revision TEXT NOT NULL, moment TEXT NOT NULL, hook TEXT NOT NULL,
        PRIMARY KEY (cluster, release, revision, moment, hook));
      """
    ])
  }

  /// Starts a run. Returns an earlier one of this cluster that never ended, with the releases it was working on.
  package func begin(
    _ run: String, cluster: String, holder: Holder, at time: Double
  ) async throws -> (run: String, releases: [String])? {
    let open = try await database.query(
      "SELECT id FROM runs WHERE cluster = ? AND ended IS NULL ORDER BY started DESC LIMIT 1", [.text(cluster)])
    var interrupted: (String, [String])?
    if let id = open.first?["id"].text {
      let rows = try await database.query(
        "SELECT release, kind FROM steps WHERE run = ? AND kind IN ('started', 'ready', 'failed') ORDER BY rowid",
        [.text(id)])
      var working: [String] = []
      for row in rows {
        guard let release = row["release"].text else { continue }
        working.removeAll { $0 == release }
        if row["kind"].text == "started" { working.append(release) }
      }
      interrupted = (id, working)
      try await database.execute(
        "UPDATE runs SET ended = ?, outcome = 'interrupted' WHERE cluster = ? AND ended IS NULL",
        [.double(time), .text(cluster)])
    }
    try await database.execute(
      "INSERT INTO runs (id, cluster, started, holder) VALUES (?, ?, ?, ?)",
      [.text(run), .text(cluster), .double(time), .text(holder.description)])
    return interrupted
  }

  package func end(_ run: String, outcome: String, at time: Double) async throws {
    try await database.execute(
      "UPDATE runs SET ended = ?, outcome = ? WHERE id = ?", [.double(time), .text(outcome), .text(run)])
  }

  /// - Returns: why the step could not be written. A roll-out goes on without its journal: the cluster is what counts.
  package func record(_ event: Event, run: String, at time: Double) async -> String? {
    guard let step = Step(event) else { return nil }
    do {
      try await database.execute(
        "INSERT INTO steps (run, at, release, kind, object, detail) VALUES (?, ?, ?, ?, ?, ?)",
        [
          .text(run), .double(time), Value(step.release), .text(step.kind), Value(step.object), Value(step.detail),
        ])
      return nil
    } catch {
      return "\(error)"
    }
  }

  func finishedHook(_ hook: Hook, _ moment: Hook.Moment, cluster: String, rendered: RenderedRelease) async throws {
    try await database.execute(
      "INSERT OR IGNORE INTO hooks (cluster, release, revision, moment, hook) VALUES (?, ?, ?, ?, ?)",
      key(hook, moment, cluster, rendered))
  }

  func hasFinished(_ hook: Hook, _ moment: Hook.Moment, cluster: String, rendered: RenderedRelease) async throws -> Bool
  {
    let rows = try await database.query(
      "SELECT 1 FROM hooks WHERE cluster = ? AND release = ? AND revision = ? AND moment = ? AND hook = ?",
      key(hook, moment, cluster, rendered))
    return !rows.isEmpty
  }

  /// Forgets the hooks of a release: its roll-out came to its end, the next one runs them again.
  func forgetHooks(of release: String, cluster: String) async throws {
    try await database.execute(
      "DELETE FROM hooks WHERE cluster = ? AND release = ?", [.text(cluster), .text(release)])
  }

  private func key(
    _ hook: Hook, _ moment: Hook.Moment, _ cluster: String, _ rendered: RenderedRelease
  ) -> [Value] {
    [
      .text(cluster), .text(rendered.release.name), .text(rendered.revision), .text(moment.rawValue),
      .text(hook.object.id.description),
    ]
  }
}

/// The row an event leaves in the journal; waiting leaves none.
private struct Step {
  var kind: String
  var release: String?
  var object: String?
  var detail: String?

  init?(_ event: Event) {
    switch event {
    case .planned, .waiting, .layerWaiting, .finished: return nil
    case .resuming(let run, _): (kind, detail) = ("resuming", run)
    case .layerStarted(let name): (kind, detail) = ("layer-started", name)
    case .layerReady(let name): (kind, detail) = ("layer-ready", name)
    case .releaseStarted(let name, let attempt): (kind, release, detail) = ("started", name, "attempt \(attempt)")
    case .step(let name, let text): (kind, release, detail) = ("step", name, text)
    case .changed(let name, let id, let change):
      (kind, release, object, detail) = ("changed", name, id.description, "\(change)")
    case .retrying(let name, _, _, let reason): (kind, release, detail) = ("retrying", name, reason)
    case .releaseReady(let name, let changes, _): (kind, release, detail) = ("ready", name, "\(changes) changes")
    case .releaseFailed(let name, let reason): (kind, release, detail) = ("failed", name, reason)
    case .releaseBlocked(let name, let by): (kind, release, detail) = ("blocked", name, by.joined(separator: " "))
    case .releaseStopped(let name): (kind, release) = ("stopped", name)
    case .warning(let name, let text): (kind, release, detail) = ("warning", name, text)
    }
  }
}
