/// An amount of memory or storage.
struct Mebibytes: CustomStringConvertible {
  var count: Double

  init(_ count: Double) { self.count = count }

  /// - Parameter quantity: as Kubernetes writes it: `512Mi`, `1.5G`.
  init?(_ quantity: String) {
    let digits = quantity.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), let unit = Self.units[String(quantity[digits.endIndex...])] else { return nil }
    count = number * unit
  }

  /// In GiB, with a tenth where that tells more.
  var description: String {
    // More than there is on Earth is written as that.
    let tenths = Int(min(count / 1024 * 10, 1e18).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) GiB" : "\(tenths / 10).\(tenths % 10) GiB"
  }

  private static let units: [String: Double] = [
    "": 1 / 1_048_576, "k": 1000 / 1_048_576, "Ki": 1 / 1024, "M": 1e6 / 1_048_576, "Mi": 1, "G": 1e9 / 1_048_576,
    "Gi": 1024, "T": 1e12 / 1_048_576, "Ti": 1_048_576,
  ]
}
