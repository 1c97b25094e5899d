/// Lets servers restart one after the other, and none where one did not come back.
actor RestartTurns {
  private var holder: String?
  private var lost: String?
  private var queue: [CheckedContinuation<Void, Never>] = []

  /// Whether somebody else has its turn.
  var isTaken: Bool { holder != nil }

  /// - Throws: `ProvisionError.otherServerGone`
  func begin(_ node: String) async throws(ProvisionError) {
    if holder != nil { await withCheckedContinuation { queue.append($0) } }
    // Whoever ended handed its turn over, so that nobody comes in between.
    holder = node
    if let lost {
      next()
      throw .otherServerGone(lost)
    }
  }

  func end(_ node: String, isBack: Bool) {
    if !isBack { lost = node }
    next()
  }

  private func next() {
    guard queue.isEmpty else {
      queue.removeFirst().resume()
      return
    }
    holder = nil
  }
}
