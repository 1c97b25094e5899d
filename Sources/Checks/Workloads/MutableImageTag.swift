import Blueprint
public import Diagnostics

public enum MutableImageTag: Rule {
  public static let about = About(
    "CR0544", "An image without a fixed version", .warning,
    why: """
      `latest`, or no tag at all, is another image each time it is pulled: two nodes can run two versions, a rebuild of the
      cluster gives a third, and there is no version to go back to.
      """,
    broken: """
      apps:
        web:
          namespace: web
          image: docker.io/library/nginx
      """,
    mended: """
      apps:
        web:
          namespace: web
          image: docker.io/library/nginx:1.27.3
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.workloads.compactMap { release, workload in
      guard !workload.image.contains("@") else { return nil }
      // A colon before the last slash is the registry's port.
      let name = workload.image.split(separator: "/").last ?? ""
      let tag = name.split(separator: ":", maxSplits: 1).dropFirst().first
      guard tag == nil || tag == "latest" else { return nil }
      return problem(
        "the image \(workload.image) of '\(release.name)' "
          + (tag == nil ? "has no tag, which means 'latest'" : "has the tag 'latest', which moves"),
        at: workload.span,
        fix: "write a version, such as \(workload.image.prefix(while: { $0 != "@" }).droppingTag):1.2.3")
    }
  }
}

extension Substring {
  /// The image without its tag.
  fileprivate var droppingTag: Substring {
    guard let colon = lastIndex(of: ":"), self[colon...].contains("/") == false else { return self }
    return self[..<colon]
  }
}
