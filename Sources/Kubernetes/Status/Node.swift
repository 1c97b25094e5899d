import JSON

extension Object {
  /// `Ready` is true of it: what a node and a pod say of themselves, and a controller once they are silent.
  public var hasReadyCondition: Bool { conditions.first("Ready")?.isTrue == true }

  /// Ready when its kubelet says so, and keeps saying it: `Unknown` is the controller's word for a silent kubelet.
  /// A cordoned node may well be ready.
  func nodeReadiness() -> Readiness {
    guard let ready = conditions.first("Ready") else {
      return .progressing(Blocker("NotObserved", "its kubelet has not reported yet"))
    }
    return ready.isTrue ? .ready : .progressing(ready.blocker)
  }
}
