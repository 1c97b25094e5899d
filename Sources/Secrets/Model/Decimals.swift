/// Floating-point numbers as SOPS writes them: with the fewest digits that give the number back.
enum Decimals {
  /// Without an exponent, as values are encrypted and signed.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let (digits, point) = digits(value)
    var whole = String(digits.prefix(max(0, point)))
    whole += String(repeating: "0", count: max(0, point - digits.count))
    let fraction = String(repeating: "0", count: max(0, -point)) + digits.dropFirst(max(0, point))
    return (value.sign == .minus ? "-" : "") + (whole.isEmpty ? "0" : whole)
      + (fraction.allSatisfy { $0 == "0" } ? "" : "." + fraction)
  }

  /// As YAML files hold them: with an exponent where a number has more than six digits before its point, or more than
  /// three zeros behind it.
  static func yaml(_ value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let (digits, point) = digits(value)
    let exponent = point - 1
    guard digits != "0", exponent < -4 || exponent >= 6 else { return text(value) }
    let magnitude = String(exponent.magnitude)
    return (value.sign == .minus ? "-" : "") + digits.prefix(1) + (digits.count > 1 ? "." + digits.dropFirst() : "")
      + (exponent < 0 ? "e-" : "e+") + (magnitude.count < 2 ? "0" : "") + magnitude
  }

  static func value(_ text: String) -> Double? {
    switch text {
    case "NaN": .nan
    case "+Inf", "Inf": .infinity
    case "-Inf": -.infinity
    default: Double(text)
    }
  }

  /// The digits of a number, and how many of them stand before its point; more or less than there are where zeros do.
  private static func digits(_ value: Double) -> (digits: String, point: Int) {
    // Swift's description has the fewest digits, in one of two forms: 120.5 or 1.205e+30.
    let parts = "\(value.magnitude)".split(separator: "e")
    let pieces = parts[0].split(separator: ".")
    let whole = String(pieces[0])
    var digits = whole + (pieces.count > 1 ? pieces[1] : "")
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    let zeros = digits.count > 1 ? digits.prefix { $0 == "0" }.count : 0
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    return (String(digits.dropFirst(zeros)), whole.count + exponent - zeros)
  }
}
