import Blueprint

extension Blueprint {
  /// The releases that are one container image.
  var workloads: [(release: Release, workload: Workload)] {
    releases.compactMap { release in
      if case .image(let workload) = release.source { (release, workload) } else { nil }
    }
  }
}
