extension HTTPError {
  /// Whether the connection was never made, so that the server cannot have seen the request. Texts as in
  /// `TransferError.swift`; anything else counts as sent.
  public var isBeforeSending: Bool {
    guard case .unreachable(let reason) = self else { return false }
    return ["no connection to ", "the name ", "the proxy's name "].contains { reason.hasPrefix($0) }
  }
}
