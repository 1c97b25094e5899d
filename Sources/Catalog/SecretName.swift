import Blueprint
import JSON

extension MappingReader {
  /// The name of a Secret that the component reads.
  mutating func secretName(_ byDefault: String, _ about: String) -> String {
    optional("secret", .subdomain("the name of a Secret"), about, byDefault: .string(byDefault)) ?? byDefault
  }
}
