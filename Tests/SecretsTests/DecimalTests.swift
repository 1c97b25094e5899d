import Testing

@testable import Secrets

struct DecimalTests {
  // What Go's strconv.FormatFloat gives for 'f' and 'g' with the shortest precision.
  @Test(arguments: [
    (1.5, "1.5", "1.5"), (8, "8", "8"), (0, "0", "0"), (-0.5, "-0.5", "-0.5"), (0.000012, "0.000012", "1.2e-05"),
    (0.0001, "0.0001", "0.0001"), (100_000, "100000", "100000"), (1_234_567.5, "1234567.5", "1.2345675e+06"),
    (1e6, "1000000", "1e+06"), (1e30, "1000000000000000000000000000000", "1e+30"), (1.5e-7, "0.00000015", "1.5e-07"),
    (-2.25e21, "-2250000000000000000000", "-2.25e+21"), (123.456, "123.456", "123.456"),
  ])
  func isWrittenAsGoDoes(value: Double, plain: String, yaml: String) {
    #expect(Decimals.text(value) == plain)
    #expect(Decimals.yaml(value) == yaml)
    #expect(Decimals.value(plain) == value)
  }
}
