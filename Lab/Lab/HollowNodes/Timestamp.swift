import FoundationEssentials
import JSON

/// The present moment as Kubernetes writes it.
enum Timestamp {
  /// `2026-01-31T12:00:00Z`
  static var now: JSON { .string(Date.now.formatted(.iso8601)) }

  /// `2026-01-31T12:00:00.000000Z`, for leases.
  static var nowInMicroseconds: JSON { .string(String(Date.now.formatted(.iso8601).dropLast()) + ".000000Z") }
}
