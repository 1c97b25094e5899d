import JSON
import Kubernetes
import Rollout
import Testing

@testable import croft

private let deployment = ObjectID(GroupKind(group: "apps", kind: "Deployment"), namespace: "home", name: "web")

struct EventTextTests {
  /// One of each, in the order of the texts below.
  private static let events: [Event] = [
    .planned(run: "7", layers: [.init(name: "core", releases: ["a", "b"]), .init(name: "x", releases: ["c"])]),
    .resuming(run: "6", interrupted: ["a"]),
    .layerStarted("core"),
    .layerReady("core"),
    .layerWaiting("core", [Blocker("Missing", "no such object"), Blocker("Missing", "")]),
    .releaseStarted("a", attempt: 2),
    .step(release: "a", "rendering"),
    .waiting(release: "a", [Blocker("RolloutInProgress", "1 of 3", object: deployment)]),
    .changed(release: "a", deployment, .created),
    .changed(release: "a", deployment, .updated),
    .changed(release: "a", deployment, .adopted(from: "helm")),
    .changed(release: "a", deployment, .tookOver(manager: "helm", fields: [".spec"])),
    .changed(release: "a", deployment, .recreated(reason: "immutable")),
    .changed(release: "a", deployment, .pruned),
    .changed(release: "a", deployment, .kept(reason: "it holds data")),
    .retrying(release: "a", attempt: 2, after: .milliseconds(1500), reason: "refused"),
    .releaseReady("a", changes: 3, elapsed: .seconds(61)),
    .releaseReady("b", changes: 0, elapsed: .seconds(1)),
    .releaseFailed("a", reason: "no"),
    .releaseBlocked("b", by: ["a"]),
    .releaseStopped("c"),
    .warning(release: nil, "careful"),
    .finished(.init(ready: ["a"], failed: ["b"], changes: 3, elapsed: .seconds(9))),
  ]

  @Test func asJSON() {
    let object = #""object":{"group":"apps","kind":"Deployment","namespace":"home","name":"web"}"#
    let expected = """
      "planned","run":"7","layers":[{"name":"core","releases":["a","b"]},{"name":"x","releases":["c"]}]}
      "resuming","run":"6","interrupted":["a"]}
      "layerStarted","layer":"core"}
      "layerReady","layer":"core"}
      "layerWaiting","layer":"core","blockers":[{"reason":"Missing","message":"no such object","object":null},\
      {"reason":"Missing","message":"","object":null}]}
      "releaseStarted","release":"a","attempt":2}
      "step","release":"a","step":"rendering"}
      "waiting","release":"a","blockers":[{"reason":"RolloutInProgress","message":"1 of 3",\(object)}]}
      "changed","release":"a",\(object),"change":"created"}
      "changed","release":"a",\(object),"change":"updated"}
      "changed","release":"a",\(object),"change":"adopted","from":"helm"}
      "changed","release":"a",\(object),"change":"tookOver","manager":"helm","fields":[".spec"]}
      "changed","release":"a",\(object),"change":"recreated","reason":"immutable"}
      "changed","release":"a",\(object),"change":"pruned"}
      "changed","release":"a",\(object),"change":"kept","reason":"it holds data"}
      "retrying","release":"a","attempt":2,"afterSeconds":1.5,"reason":"refused"}
      "releaseReady","release":"a","changes":3,"elapsedSeconds":61.0}
      "releaseReady","release":"b","changes":0,"elapsedSeconds":1.0}
      "releaseFailed","release":"a","reason":"no"}
      "releaseBlocked","release":"b","by":["a"]}
      "releaseStopped","release":"c"}
      "warning","release":null,"message":"careful"}
      "finished","success":false,"ready":["a"],"failed":["b"],"blocked":[],"stopped":[],\
      "unhealthyLayer":null,"changes":3,\
      "elapsedSeconds":9.0}
      """
    let start = #"{"time":"2026-11-21T02:24:06.500Z","event":"#
    let lines = Self.events.map { $0.json(at: 1_795_227_846.5).text }
    #expect(lines == expected.split(separator: "\n").map { start + $0 })
    for line in lines { #expect(throws: Never.self) { try JSON(parsing: line) } }
  }

  @Test func asLines() {
    let expected = """
      3 releases in 2 layers
        core: a, b
        x: c
      going on where run 6 was cut off, which was at work on a
      layer core started
      layer core ready
      layer core waiting for Missing: no such object (and 1 more)
      a: started, try 2
      a: rendering
      a: waiting for deployment.apps/home/web: RolloutInProgress: 1 of 3
      a: deployment.apps/home/web created
      a: deployment.apps/home/web updated
      a: deployment.apps/home/web adopted from helm
      a: deployment.apps/home/web took over .spec from helm
      a: deployment.apps/home/web recreated: immutable
      a: deployment.apps/home/web deleted
      a: deployment.apps/home/web kept: it holds data
      a: refused; try 2 in 1s
      a: ready, 3 changes in 1m 01s
      b: ready, unchanged in 1.0s
      a: failed: no
      b: waits for a
      c: stopped
      warning: careful
      """
    var state = BoardState()
    let lines = Self.events.flatMap { PlainLines.lines($0, state.on($0, at: .zero), verb: .deploy) }
    #expect(lines == expected.split(separator: "\n").map(String.init))
  }

  @Test(arguments: [
    (0.0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
    (1_735_689_599.999, "2024-12-31T23:59:59.999Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
    (-1, "1969-12-31T23:59:59.000Z"),
  ])
  func times(seconds: Double, text: String) { #expect(timestamp(seconds) == text) }
}
