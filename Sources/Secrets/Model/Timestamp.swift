/// Points in time and days, as texts.
enum Timestamp {
  /// A time as YAML writes it without quotes (https://yaml.org/type/timestamp.html), in RFC 3339; `nil` for other
  /// text. Days, `2026-1-2`; times of day behind `T`, `t` or a space; those behind a letter need a zone.
  static func canonical(_ text: String) -> String? {
    var rest = text[...]
    guard let year = digits(&rest, 4...4), take("-", &rest), let month = digits(&rest, 1...2), take("-", &rest),
      let day = digits(&rest, 1...2), let date = Day(year: year, month: month, day: day)
    else { return nil }
    if rest.isEmpty { return "\(date)T00:00:00Z" }
    let separator = rest.removeFirst()
    guard separator == "T" || separator == "t" || separator == " ", let hour = digits(&rest, 1...2), take(":", &rest),
      let minute = digits(&rest, 1...2), take(":", &rest), let second = digits(&rest, 1...2), hour < 24, minute < 60,
      second < 60
    else { return nil }
    var fraction = ""
    if take(".", &rest) {
      fraction = String(rest.prefix { $0.isASCII && $0.isNumber })
      guard !fraction.isEmpty, fraction.count <= 9 else { return nil }
      rest = rest.dropFirst(fraction.count)
      while fraction.last == "0" { fraction.removeLast() }
      if !fraction.isEmpty { fraction = "." + fraction }
    }
    let time = "\(date)T\(two(hour)):\(two(minute)):\(two(second))\(fraction)"
    if separator == " " { return rest.isEmpty ? time + "Z" : nil }
    if rest == "Z" { return time + "Z" }
    guard let sign = rest.popFirst(), sign == "+" || sign == "-", let hours = digits(&rest, 2...2), take(":", &rest),
      let minutes = digits(&rest, 2...2), rest.isEmpty, hours <= 24, minutes < 60
    else { return nil }
    return hours == 0 && minutes == 0 ? time + "Z" : "\(time)\(sign)\(two(hours)):\(two(minutes))"
  }

  /// Seconds since 1970 in RFC 3339, in UTC and without fractions.
  static func text(_ seconds: Double) -> String {
    let seconds = Int(seconds.rounded(.down))
    let day = Day(seconds: Double(seconds))
    let time = seconds - day.number * 86_400
    return "\(day)T\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))Z"
  }

  private static func digits(_ text: inout Substring, _ count: ClosedRange<Int>) -> Int? {
    let run = text.prefix { $0.isASCII && $0.isNumber }.prefix(count.upperBound)
    guard run.count >= count.lowerBound, let value = Int(run) else { return nil }
    text = text.dropFirst(run.count)
    return value
  }

  private static func take(_ character: Character, _ text: inout Substring) -> Bool {
    guard text.first == character else { return false }
    text.removeFirst()
    return true
  }

  fileprivate static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}

/// A day of the Gregorian calendar, in UTC.
public struct Day: Sendable, Comparable, CustomStringConvertible {
  /// Days since 1970-01-01.
  public var number: Int

  public init(number: Int) { self.number = number }

  /// - Parameter seconds: since 1970.
  public init(seconds: Double) { number = Int((seconds / 86_400).rounded(.down)) }

  /// `nil` where there is no such day.
  init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, day <= Self.length(year, month) else { return nil }
    // Counted in eras of 400 years from March, so that a leap day is a year's last.
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    number = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// `2026-11-21`, or the day of a time that begins so.
  public init?(_ text: String) {
    let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
      let day = Int(parts[2]), text.count == 10 || text.dropFirst(10).first == "T"
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  public var description: String {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let calendarMonth = month < 10 ? month + 3 : month - 9
    let year = yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0)
    let digits = String(year)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      + "-\(Timestamp.two(calendarMonth))-\(Timestamp.two(dayOfYear - (153 * month + 2) / 5 + 1))"
  }

  public static func < (a: Day, b: Day) -> Bool { a.number < b.number }

  private static func length(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
