import JSON
import YAML

extension Shape where Value == Layer {
  static var layer: Shape {
    section("a layer") { reader in
      let name = reader.required("name", .located(.label("the name of a layer")), "Its name.")
      let releases = reader.required("releases", .list(.dependency), "What is rolled out in it.")
      let waitFor = reader.optional(
        "waitFor", .list(.waitTarget), "More objects that must be ready before the next layer starts.")
      let retries = reader.optional(
        "retries", .retries, "Tries after the first, of releases that do not say their own.",
        byDefault: .int(Release.defaultRetries))
      guard let name, let releases else { return nil }
      return Layer(name: name.value, releases: releases, waitFor: waitFor ?? [], retries: retries, span: name.span)
    }
  }
}

extension Shape where Value == Int {
  /// Tries after the first.
  static var retries: Shape { whole(0...100, "a number of retries") }
}
