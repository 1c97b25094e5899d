public import JSON

/// An amount as Kubernetes writes it (`100m`, `1Gi`, `1e3`, `0.5`), by its value: `1000m` equals `1`.
///
/// Rules are those of resource.Quantity: at most nine decimal places, more are rounded away from zero; nothing beyond
/// ±(2⁶³ − 1), more is capped.
public struct Quantity: Sendable, Hashable {
  /// The value in billionths.
  private var nanos: Int128

  /// Reads a quantity; `nil` where the text is none.
  public init?(_ text: some StringProtocol) {
    guard let nanos = Self.nanos(Array(text.utf8)) else { return nil }
    self.nanos = nanos
  }

  /// Reads a quantity that was written as a string or as a number.
  public init?(_ json: JSON) {
    switch json {
    case .string(let text): self.init(text)
    case .int(let value): self.init(String(value))
    case .double(let value): self.init(String(value))
    default: return nil
    }
  }
}

extension Quantity: Comparable {
  public static func < (a: Quantity, b: Quantity) -> Bool { a.nanos < b.nanos }
}

extension Quantity {
  private static let one: Int128 = 1_000_000_000
  private static let maximum = Int128(Int64.max) * one

  private static func nanos(_ text: [UInt8]) -> Int128? {
    var rest = text[...]
    var isNegative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = rest.prefix(while: isDigit)
      rest = rest.dropFirst(fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty, let scale = Scale(String(decoding: rest, as: UTF8.self)) else {
      return nil
    }
    let size = magnitude(digits: Array(whole + fraction), decimals: fraction.count, scale: scale)
    return isNegative ? -size : size
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// What follows the digits: a power of 1024, a power of 10, or nothing.
  private struct Scale {
    var binary = 0
    var decimal = 0

    init?(_ suffix: String) {
      switch suffix {
      case "": break
      case "n": decimal = -9
      case "u": decimal = -6
      case "m": decimal = -3
      case "k": decimal = 3
      case "M": decimal = 6
      case "G": decimal = 9
      case "T": decimal = 12
      case "P": decimal = 15
      case "E": decimal = 18
      case "Ki": binary = 1
      case "Mi": binary = 2
      case "Gi": binary = 3
      case "Ti": binary = 4
      case "Pi": binary = 5
      case "Ei": binary = 6
      default:
        guard suffix.first == "e" || suffix.first == "E", let exponent = Int32(suffix.dropFirst()) else { return nil }
        decimal = Int(exponent)
      }
    }
  }

  /// The digits × 10^(scale − decimals) × 1024^scale in billionths, rounded up and capped.
  private static func magnitude(digits: [UInt8], decimals: Int, scale: Scale) -> Int128 {
    let digits = digits.drop { $0 == UInt8(ascii: "0") }
    // 37 digits fit 128 bits and are more than any value in range needs: the rest can only round up.
    let kept = digits.prefix(37)
    let dropped = digits.dropFirst(kept.count)
    var value = kept.reduce(Int128(0)) { $0 * 10 + Int128($1 - UInt8(ascii: "0")) }
    var exponent = scale.decimal - decimals + 9 + dropped.count
    var isInexact = dropped.contains { $0 != UInt8(ascii: "0") }
    guard value > 0 else { return 0 }

    func dropDigit() {
      isInexact = isInexact || value % 10 != 0
      value /= 10
      exponent += 1
    }
    for _ in 0..<scale.binary {
      while value > Int128.max / 1024 {
        if exponent >= 0 { return maximum }
        dropDigit()
      }
      value *= 1024
    }
    while exponent > 0 {
      if value > maximum { return maximum }
      value *= 10
      exponent -= 1
    }
    while exponent < 0, value > 0 { dropDigit() }
    return min(isInexact ? value + 1 : value, maximum)
  }
}
