/// A value that is read once and kept; callers that want it anew at the same time share a reading.
actor Shared<Value: Sendable> {
  private let gate = Gate(1)
  private var begun = 0
  /// The last reading that ended, and its number.
  private var last: (number: Int, result: Result<Value, any Error>)?

  /// - Parameters:
  ///   - refresh: Answers from a reading that began after this call, never from an older one.
  ///   - read: Reads the value. Its error goes to all who wait for this reading, and is not kept for those who come
  ///     later.
  func value(refresh: Bool, _ read: @Sendable () async throws -> Value) async throws -> Value {
    if !refresh, case .success(let value) = last?.result { return value }
    let newest = refresh ? begun : last?.number ?? 0
    return try await gate.run {
      if let last, last.number > newest { return try last.result.get() }
      begun += 1
      let number = begun
      do {
        let value = try await read()
        last = (number, .success(value))
        return value
      } catch let error where !(error is CancellationError) {
        last = (number, .failure(error))
        throw error
      }
    }
  }
}
