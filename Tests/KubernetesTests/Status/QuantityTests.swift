import JSON
import Kubernetes
import Testing

struct QuantityTests {
  @Test(arguments: [
    ("1000m", "1"), ("1", "1.0"), ("0.1", "100m"), ("1e3", "1k"), ("1E3", "1000"), ("1Ki", "1024"), ("1Gi", "1024Mi"),
    ("1.5Gi", "1536Mi"), ("1E", "1000P"), ("1e-3", "1m"), (".5", "500m"), ("5.", "5"), ("-1", "-1000m"), ("+1", "1"),
    ("0", "-0"), ("0", "0Gi"), ("1u", "1000n"), ("12e6", "12M"), ("007", "7"),
    // Less than a billionth is rounded away from zero.
    ("0.1n", "1n"), ("1e-400", "1n"), ("1.0000000001", "1.000000001"), ("-0.1n", "-1n"),
    // Digits beyond what a machine word holds still count.
    ("1234567890123456789.1234567890", "1234567890123456789.123456789"),
    ("0.000000000000000000000000000000000000000000000001Ei", "1n"), ("0.125Ki", "128"),
    ("0.00000000000000000000000000001Ei", "1n"), ("0.000000000001Ei", "1152921.504606847"),
    // More than 2⁶³ − 1 is that.
    ("9223372036854775807", "8Ei"), ("9e999", "99999999999999999999999999999999999999999999999"), ("-8Ei", "-9e20"),
  ])
  func equal(left: String, right: String) throws {
    let (left, right) = (try #require(Quantity(left)), try #require(Quantity(right)))
    #expect(left == right)
    #expect(!(left < right) && !(right < left))
  }

  @Test(arguments: [
    ("999m", "1"), ("1G", "1Gi"), ("-1", "0"), ("-2", "-1"), ("1n", "2n"), ("0.999999999", "1"), ("7Ei", "8Ei"),
    ("9223372036854775806", "9223372036854775807"),
  ])
  func less(left: String, right: String) throws {
    #expect(try #require(Quantity(left)) < #require(Quantity(right)))
  }

  @Test(arguments: [
    "", "-", ".", "Gi", "1 Gi", "1gi", "1KI", "1e", "1e1.5", "1.2.3", "0x10", "1GiB", "abc", "1m1", "--1",
  ])
  func refuses(text: String) {
    #expect(Quantity(text) == nil)
  }

  @Test func json() {
    #expect(Quantity(JSON.int(2)) == Quantity("2000m"))
    #expect(Quantity(JSON.double(0.5)) == Quantity("500m"))
    #expect(Quantity(JSON.string("1Gi")) == Quantity("1073741824"))
    #expect(Quantity(JSON.bool(true)) == nil)
  }
}
