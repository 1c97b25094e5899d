/// Which versions of Kubernetes a chart is for, as `kubeVersion` of its Chart.yaml says: `>=1.25.0-0 <1.34.0`, `^1.20`.
///
/// https://github.com/Masterminds/semver#checking-version-constraints
package struct VersionRange {
  /// One list of conditions must hold as a whole.
  private var alternatives: [[Condition]]

  struct Condition {
    var sign: String
    /// One to three numbers: a part that is missing, or `x`, can be any.
    var numbers: [Int]
  }

  /// `nil` where it is not understood.
  package init?(_ text: String) {
    var alternatives: [[Condition]] = []
    for alternative in text.split(separator: "||", omittingEmptySubsequences: false) {
      guard let conditions = Self.conditions(String(alternative)) else { return nil }
      alternatives.append(conditions)
    }
    self.alternatives = alternatives
  }

  /// - Parameter version: `v1.33.4+k3s1`
  package func contains(_ version: String) -> Bool? {
    guard let (numbers, isWhole) = Self.numbers(version), isWhole else { return nil }
    return alternatives.contains { $0.allSatisfy { $0.holds(numbers) } }
  }

  private static func conditions(_ text: String) -> [Condition]? {
    let words = text.split { $0 == " " || $0 == "," }.map(String.init)
    if words.count == 3, words[1] == "-" { return conditions(">=\(words[0]) <=\(words[2])") }
    var conditions: [Condition] = []
    var sign = ""
    for word in words {
      let found = word.prefix { "<>=!^~".contains($0) }
      sign += found
      let rest = word.dropFirst(found.count)
      if rest.isEmpty { continue }
      guard ["", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "^", "~", "~>"].contains(sign),
        let (numbers, _) = numbers(String(rest))
      else { return nil }
      conditions.append(Condition(sign: sign, numbers: numbers))
      sign = ""
    }
    return sign.isEmpty && !conditions.isEmpty ? conditions : nil
  }

  /// - Returns: and whether there are three, none of them a wildcard.
  private static func numbers(_ text: String) -> ([Int], Bool)? {
    let plain = text.drop { $0 == "v" }.prefix { $0 != "-" && $0 != "+" }
    var numbers: [Int] = []
    for part in plain.split(separator: ".", omittingEmptySubsequences: false) {
      if ["x", "X", "*"].contains(part) { break }
      guard let number = Int(part), number >= 0, numbers.count < 3 else { return nil }
      numbers.append(number)
    }
    return (numbers, numbers.count == 3)
  }
}

extension VersionRange.Condition {
  func holds(_ version: [Int]) -> Bool {
    let given = Array(version.prefix(numbers.count))
    let isBefore = given.lexicographicallyPrecedes(numbers)
    let isSame = given == numbers
    switch sign {
    case "", "=": return isSame
    case "!=": return !isSame
    case ">": return !isBefore && !isSame
    case "<": return isBefore
    case ">=", "=>": return !isBefore
    case "<=", "=<": return isBefore || isSame
    // The first number, or the first that is not 0, stays.
    case "^": return !isBefore && version.prefix(kept) == numbers.prefix(kept)
    default: return !isBefore && version.prefix(min(2, numbers.count)) == numbers.prefix(2)
    }
  }

  private var kept: Int { min(numbers.count, (numbers.firstIndex { $0 > 0 } ?? numbers.count) + 1) }
}
