import Blueprint
import JSON
import YAML

extension Shape {
  /// A mapping whose keys the user chooses and whose values are all of one kind, in the order in which they are written.
  static func pairs<Member, Element>(
    _ expected: String, _ member: Shape<Member>, _ make: @escaping @Sendable (String, Member) -> Element
  ) -> Shape where Value == [Element] {
    map(expected, values: member.schema) { entry, problems in
      member.read(entry.value, problems).map { make(entry.key, $0) }
    }
  }
}

extension String {
  /// Eight hexadecimal digits that change with the text (FNV-1a): to name what must not change in place.
  var fingerprint: String {
    var hash: UInt32 = 0x811C_9DC5
    for byte in utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
