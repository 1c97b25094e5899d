/// Seconds since 1970 as text (RFC 3339, UTC): `2026-11-21T02:24:06.123Z`.
func timestamp(_ seconds: Double) -> String {
  let milliseconds = Int64((seconds * 1000).rounded(.down))
  let (day, time) = milliseconds.quotientAndRemainderFloored(by: 86_400_000)
  // Days to a date of the Gregorian calendar, counting from 0000-03-01 in eras of 400 years.
  let shifted = day + 719_468
  let (era, dayOfEra) = shifted.quotientAndRemainderFloored(by: 146_097)
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let month = (5 * dayOfYear + 2) / 153
  let date = dayOfYear - (153 * month + 2) / 5 + 1
  let calendarMonth = month < 10 ? month + 3 : month - 9
  let year = yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0)
  func digits(_ value: Int64, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
  return "\(digits(year, 4))-\(digits(calendarMonth, 2))-\(digits(date, 2))"
    + "T\(digits(time / 3_600_000, 2)):\(digits(time / 60_000 % 60, 2)):\(digits(time / 1000 % 60, 2))"
    + ".\(digits(time % 1000, 3))Z"
}

extension Int64 {
  fileprivate func quotientAndRemainderFloored(by divisor: Int64) -> (Int64, Int64) {
    let remainder = ((self % divisor) + divisor) % divisor
    return ((self - remainder) / divisor, remainder)
  }
}
