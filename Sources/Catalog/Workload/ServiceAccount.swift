import Blueprint
import JSON

extension WorkloadObjects {
  /// An account of its own, whose token no pod gets: most applications never talk to the API server.
  var serviceAccount: JSON {
    [
      "apiVersion": "v1",
      "kind": "ServiceAccount",
      "metadata": metadata(),
      "automountServiceAccountToken": false,
    ]
  }
}
