import Kubernetes
import Rollout
import Terminal
import Testing

@testable import croft

/// A run in the making: events at times, and the frames between them.
private struct Run {
  var state = BoardState()
  var notices: [Notice] = []
  var columns = 80
  var rows = 24
  let view = BoardView(title: "croft deploy · home", verb: .deploy, style: .plain, glyphs: .unicode)

  mutating func on(_ seconds: Double, _ events: Event...) {
    for event in events { notices += state.on(event, at: .seconds(seconds)) }
  }

  func frame(_ seconds: Double) -> [String] {
    view.lines(state, at: .seconds(seconds), size: TerminalSize(columns: columns, rows: rows))
  }

  var summary: [String] {
    RunSummary(state: state, verb: .deploy, style: .plain, glyphs: .unicode).lines
  }
}

private let outline: [Event.LayerOutline] = [
  .init(name: "core", releases: ["cilium", "coredns"]), .init(name: "storage", releases: ["longhorn"]),
  .init(name: "apps", releases: ["paperless", "jellyfin"]),
]

private func pod(_ name: String) -> ObjectID {
  ObjectID(GroupKind(group: "", kind: "Pod"), namespace: "kube-system", name: name)
}

struct BoardTests {
  @Test func goesThroughARun() {
    var run = Run()
    run.on(0, .planned(run: "1", layers: outline), .layerStarted("core"))
    #expect(
      run.frame(0) == [
        "croft deploy · home  0s",
        "⠋ core  0 of 2 ready · 0s",
        "  · cilium",
        "  · coredns",
        "· storage  1 release",
        "· apps  2 releases",
      ])
    run.on(1, .releaseStarted("cilium", attempt: 1), .step(release: "cilium", "applying 12 objects"))
    run.on(2, .changed(release: "cilium", pod("x"), .created), .releaseStarted("coredns", attempt: 1))
    run.on(
      5, .waiting(release: "cilium", [Blocker("ImagePullBackOff", "no such image", object: pod("cilium-x7"))]),
      .retrying(release: "coredns", attempt: 2, after: .seconds(8), reason: "connection refused"))
    #expect(
      run.frame(7.25) == [
        "croft deploy · home  7s",
        "⠹ core  0 of 2 ready · 7s",
        "  ⠹ cilium         6s  waiting for pod/kube-system/cilium-x7: ImagePullBackOff:…",
        "  ! coredns        5s  try 2 in 5s: connection refused",
        "· storage  1 release",
        "· apps  2 releases",
      ])
    run.on(20, .releaseReady("cilium", changes: 14, elapsed: .seconds(19)), .releaseStarted("coredns", attempt: 2))
    run.on(21, .step(release: "coredns", "rendering"))
    #expect(
      run.frame(64) == [
        "croft deploy · home  1m 04s",
        "⠋ core  1 of 2 ready · 1m 04s",
        "  ✓ cilium        19s  14 changes",
        "  ⠋ coredns    1m 02s  try 2: rendering",
        "· storage  1 release",
        "· apps  2 releases",
      ])
    run.on(70, .releaseReady("coredns", changes: 0, elapsed: .seconds(49)))
    run.on(71, .layerWaiting("core", [Blocker("RolloutInProgress", "1 of 3 are ready")]))
    #expect(run.frame(72)[1] == "⠋ core  2 of 2 ready · 1m 10s  waiting for RolloutInProgress: 1 of 3 are ready")
    run.on(75, .layerReady("core"), .layerStarted("storage"), .releaseStarted("longhorn", attempt: 1))
    #expect(
      run.frame(76) == [
        "croft deploy · home  1m 16s",
        "✓ core  2 releases · 1m 15s",
        "⠋ storage  0 of 1 ready · 1s",
        "  ⠋ longhorn       1s  starting",
        "· apps  2 releases",
      ])
  }

  @Test func saysHowItEnded() {
    var run = Run()
    run.on(0, .planned(run: "1", layers: outline))
    run.on(9, .releaseStarted("cilium", attempt: 1), .releaseReady("cilium", changes: 3, elapsed: .seconds(9)))
    run.on(12, .releaseStarted("coredns", attempt: 1), .releaseFailed("coredns", reason: "CrashLoopBackOff"))
    run.on(12, .releaseBlocked("longhorn", by: ["coredns"]), .releaseStopped("paperless"), .releaseStopped("jellyfin"))
    #expect(run.summary.isEmpty)
    run.on(
      13,
      .finished(
        .init(
          ready: ["cilium"], failed: ["coredns"], blocked: ["longhorn"], stopped: ["paperless", "jellyfin"], changes: 3,
          elapsed: .seconds(13))))
    #expect(
      run.view.finalLines(run.state, at: .seconds(13), columns: 80) == [
        "croft deploy · home  13s",
        "✗ core  3s",
        "  ✓ cilium         0s  3 changes",
        "  ✗ coredns        0s  CrashLoopBackOff",
        "⊘ storage",
        "  ⊘ longhorn           waits for coredns",
        "◼ apps",
        "  ◼ paperless          not started",
        "  ◼ jellyfin           not started",
      ])
    #expect(
      run.summary == [
        "✗ 1 failed · 1 blocked · 2 not finished · 1 ready · 3 changes · 13s",
        "  coredns failed: CrashLoopBackOff",
        "  longhorn waits for coredns",
        "  not finished: paperless, jellyfin",
        "Run the same command again to go on from here.",
      ])
  }

  @Test func aGoodEndTakesOneLine() {
    var run = Run()
    run.on(0, .planned(run: "1", layers: [outline[1]]))
    run.on(4, .releaseStarted("longhorn", attempt: 1), .releaseReady("longhorn", changes: 1, elapsed: .seconds(4)))
    run.on(184, .finished(.init(ready: ["longhorn"], changes: 1, elapsed: .seconds(184))))
    #expect(run.summary == ["✓ 1 release is ready · 1 change · 3m 04s"])
    #expect(run.view.finalLines(run.state, at: .seconds(184), columns: 80).last == "✓ storage  1 release · 0s")
  }

  @Test func withoutDeclaredLayersReadinessIsThatOfTheReleases() {
    var run = Run()
    run.on(0, .planned(run: "1", layers: [.init(name: "level 1", releases: ["a"])]))
    run.on(1, .releaseStarted("a", attempt: 1))
    run.on(3, .releaseReady("a", changes: 0, elapsed: .seconds(2)))
    #expect(run.state.layers[0].phase == .ready)
    #expect(run.frame(9)[1] == "✓ level 1  1 release · 2s")
  }

  @Test func foldsTheLessUrgentFirst() {
    var run = Run()
    let layers = (1...9).map { layer in
      Event.LayerOutline(name: "layer\(layer)", releases: (1...9).map { "r\(layer)-\($0)" })
    }
    run.on(0, .planned(run: "1", layers: layers))
    for layer in 1...3 {
      for release in 1...9 {
        run.on(1, .releaseStarted("r\(layer)-\(release)", attempt: 1))
        run.on(2, .releaseReady("r\(layer)-\(release)", changes: 0, elapsed: .seconds(1)))
      }
    }
    for release in 1...3 {
      run.on(3, .releaseStarted("r4-\(release)", attempt: 1))
      run.on(4, .releaseReady("r4-\(release)", changes: 1, elapsed: .seconds(1)))
    }
    run.on(5, .releaseStarted("r4-4", attempt: 1))
    run.rows = 60
    #expect(run.frame(6).count == 1 + 9 + 9)
    run.rows = 16
    #expect(run.frame(6).count == 1 + 3 + 1 + 9 + 1)
    #expect(run.frame(6).last == "· 5 layers to come  layer5, layer6, layer7, layer8, layer9")
    run.rows = 14
    #expect(run.frame(6)[1] == "✓ 3 layers are ready  layer1, layer2, layer3")
    run.rows = 12
    #expect(run.frame(6)[3] == "  ✓ 3 ready  r4-1, r4-2, r4-3")
    run.rows = 8
    #expect(
      run.frame(6) == [
        "croft deploy · home  6s",
        "✓ 3 layers are ready  layer1, layer2, layer3",
        "⠋ layer4  3 of 9 ready · 3s",
        "  ✓ 3 ready  r4-1, r4-2, r4-3",
        "  ⠋ r4-4      1s  starting",
        "  · 5 to come  r4-5, r4-6, r4-7, r4-8, r4-9",
        "· 5 layers to come  layer5, layer6, layer7, layer8, layer9",
      ])
    run.rows = 5
    #expect(run.frame(6).count == 4)
    #expect(run.frame(6).last == "  … 4 more lines")
    run.rows = 1
    #expect(run.frame(6).count == 1)
  }

  @Test(arguments: [10, 20, 40])
  func neverIsWiderThanTheScreen(columns: Int) {
    var run = Run()
    run.columns = columns
    run.on(0, .planned(run: "1", layers: outline), .layerStarted("core"), .releaseStarted("cilium", attempt: 1))
    run.on(1, .step(release: "cilium", String(repeating: "日本", count: 30)))
    for line in run.frame(2) { #expect(TextWidth.of(line) <= columns) }
  }

  @Test func saysForGoodWhatShouldNotBeMissed() {
    var run = Run()
    run.on(0, .resuming(run: "17", interrupted: ["cilium"]))
    run.on(1, .warning(release: nil, "careful"))
    run.on(2, .changed(release: "a", pod("p"), .created))
    run.on(3, .changed(release: "a", pod("p"), .tookOver(manager: "helm", fields: [".spec.replicas"])))
    run.on(4, .retrying(release: "a", attempt: 2, after: .seconds(1), reason: "refused"))
    #expect(
      run.notices == [
        .init(weight: .news, release: nil, text: "going on where run 17 was cut off, which was at work on cilium"),
        .init(weight: .warning, release: nil, text: "careful"),
        .init(weight: .detail, release: "a", text: "pod/kube-system/p created"),
        .init(weight: .news, release: "a", text: "pod/kube-system/p took over .spec.replicas from helm"),
        .init(weight: .warning, release: "a", text: "try 1 ended: refused"),
      ])
  }
}
