extension Timestamp {
  /// Reads a time with any offset from UTC, as programs that are not Kubernetes write it: `2026-01-02T03:04:05+01:00`.
  init?(withOffset text: String) {
    let offset = Array(text.suffix(6))
    guard offset.count == 6, offset[0] == "+" || offset[0] == "-", offset[3] == ":",
      let hours = Int(String(offset[1...2])), let minutes = Int(String(offset[4...5]))
    else {
      self.init(text)
      return
    }
    self.init(text.dropLast(6) + "Z")
    seconds -= (offset[0] == "+" ? 1 : -1) * (hours * 60 + minutes) * 60
  }
}
