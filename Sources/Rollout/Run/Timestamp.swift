import FoundationEssentials

/// Kubernetes' MicroTime: RFC 3339 in UTC with six digits of a second.
enum Timestamp {
  static func text(_ seconds: Double) -> String {
    let whole = seconds.rounded(.down)
    let micro = String(Int((seconds - whole) * 1_000_000))
    let date = Date(timeIntervalSince1970: whole).formatted(.iso8601)
    return date.dropLast() + "." + String(repeating: "0", count: 6 - micro.count) + micro + "Z"
  }

  static func seconds(_ text: String) -> Double? {
    let parts = text.dropLast().split(separator: ".")
    guard let first = parts.first, let date = try? Date(String(first) + "Z", strategy: .iso8601) else { return nil }
    let fraction = parts.count > 1 ? Double("0." + parts[1]) ?? 0 : 0
    return date.timeIntervalSince1970 + fraction
  }
}
