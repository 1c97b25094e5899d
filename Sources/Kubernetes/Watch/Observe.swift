extension KubernetesAPI {
  /// Follows all objects of a kind: lists them, watches from there, goes on where the server ended the watch, and lists
  /// again where it has forgotten. A lost connection is reported and made again, with growing waits.
  ///
  /// It works only while it is iterated, and its connection closes with the iteration.
  /// - Parameters:
  ///   - namespace: `nil` for all.
  ///   - clock: Measures the waits.
  /// - Returns: A stream without end. It throws `CancellationError`, or a `KubernetesError` that time does not heal:
  ///   no access, no such kind, a certificate that is not trusted, a wrong configuration.
  public func observe(
    _ resource: Resource, namespace: String?, _ options: ListOptions = ListOptions(), clock: any Clock<Duration>
  ) -> AsyncThrowingStream<Observation, any Error> {
    let observer = Observer(of: self, resource, namespace, options, clock)
    return AsyncThrowingStream { try await observer.next() }
  }
}
