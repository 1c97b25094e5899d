extension Duration {
  /// For people, in the two largest units: `0s`, `12s`, `3m 04s`, `1h 02m`, `2d 03h`. Parts of a second are dropped.
  public var brief: String {
    let seconds = max(0, components.seconds)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    switch seconds {
    case ..<60: return "\(seconds)s"
    case ..<3600: return "\(seconds / 60)m \(two(seconds % 60))s"
    case ..<86_400: return "\(seconds / 3600)h \(two(seconds / 60 % 60))m"
    default: return "\(seconds / 86_400)d \(two(seconds / 3600 % 24))h"
    }
  }

  /// The same for something that has ended: below ten seconds with tenths, `0.4s`.
  public var precise: String {
    let tenths = max(0, components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000)
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10)s" : brief
  }
}
