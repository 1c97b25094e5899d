extension ClusterAccess {
  /// What stands behind a 401, of which the API server says nothing but "Unauthorized", and what to do.
  var whatToRenew: String {
    let cause = "expired, was revoked, or belongs to another cluster"
    switch credentials {
    case .token: return "the token of \(origin) has \(cause). Put a new one there"
    case .tokenFile(let path): return "the token in \(path) (\(origin)) has \(cause). Put a new one into that file"
    case .password(let user, _): return "user '\(user)' of \(origin) or the password is not known there"
    case .exec(let plugin):
      return "what the credential plugin \(plugin.command) of \(origin) gave has \(cause). Log in with it anew"
    case .none where clientCertificate != nil:
      return "the client certificate of \(origin) has \(cause). Put a new one there"
    case .none: return "\(origin) has no credentials. Give its user some"
    }
  }
}
