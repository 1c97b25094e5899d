import JSON

extension Object {
  /// Ready when its kubelet says so, and keeps saying it: `Unknown` is the controller's word for a silent kubelet.
  /// A cordoned node may well be ready.
  func nodeReadiness() -> Readiness {
    guard let ready = conditions.first("Ready") else {
      return .progressing(Blocker("NotObserved", "its kubelet has not reported yet"))
    }
    return ready.isTrue ? .ready : .progressing(ready.blocker)
  }
}
