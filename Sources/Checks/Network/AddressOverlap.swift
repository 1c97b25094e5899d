import Blueprint

/// The addresses that two overlapping ranges share, in words.
struct AddressOverlap: CustomStringConvertible {
  let range: AddressRange
  init(_ a: AddressRange, _ b: AddressRange) {
    range = AddressRange(first: max(a.first, b.first), last: min(a.last, b.last))
  }
  var description: String {
    range.first == range.last ? "the address \(range.first)" : "the addresses \(range.first) to \(range.last)"
  }
}
