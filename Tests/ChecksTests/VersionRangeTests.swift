import Checks
import Testing

/// Ranges as charts have them, and what Helm makes of them.
@Suite struct VersionRangeTests {
  @Test(arguments: [
    (">=1.25.0-0", "v1.33.4+k3s1", true), (">= 1.19.0-0", "v1.18.20", false), ("^1.20.0-0", "v1.33.4", true),
    ("^1.20.0-0", "v2.0.0", false), ("^1.20", "v1.19.9", false), ("~1.33.2", "v1.33.9", true),
    ("~1.33.2", "v1.34.0", false), ("~1", "v1.40.0", true), (">=1.16.0-0 <1.25.0", "v1.24.17", true),
    (">=1.16.0-0, <1.25.0", "v1.25.0", false), ("1.16 - 1.24", "v1.24.9", true), ("<1.20 || >=1.30", "v1.25.0", false),
    ("<1.20 || >=1.30", "v1.31.0", true), ("1.33.x", "v1.33.7", true), ("1.33.x", "v1.34.0", false),
    ("*", "v1.0.0", true), ("!=1.33.4", "v1.33.4", false), ("=1.33.4", "v1.33.4", true), ("> 1.33.4", "v1.33.5", true),
    ("<=1.33", "v1.33.9", true), ("^0.3.1", "v0.4.0", false), ("^0.3.1", "v0.3.9", true),
  ])
  func contains(_ range: String, _ version: String, _ isIn: Bool) throws {
    #expect(try #require(VersionRange(range)).contains(version) == isIn)
  }

  @Test(arguments: ["", "newest", ">=", ">=1.2.3.4", "1.25 || ", ">< 1.2", ">=-1.2"])
  func isNotUnderstood(_ range: String) { #expect(VersionRange(range) == nil) }

  @Test func aVersionThatIsNoneIsNotJudged() throws {
    #expect(try #require(VersionRange(">=1.2")).contains("stable") == nil)
  }
}
