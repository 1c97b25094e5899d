import Kubernetes
import Testing

@testable import Rollout

/// Which refusals end a release at once, by what API servers really say.
@Suite struct RejectionTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    var code: Int
    var message: String
    var kind = GroupKind("Service")
    var isFinal: Bool
    var testDescription: String { "\(code) \(message)" }
  }

  @Test(arguments: [
    Refusal(code: 422, message: "Service \"a\" is invalid: spec.ports[0].port: Invalid value: 0", isFinal: true),
    Refusal(code: 400, message: "Deployment in version \"v1\" cannot be handled: unknown field \"x\"", isFinal: true),
    Refusal(code: 413, message: "Request entity too large: limit is 3145728", isFinal: true),
    Refusal(
      code: 500, message: "failed to create typed patch object: .spec.prot: field not declared in schema",
      isFinal: true),
    Refusal(code: 500, message: "Internal error occurred: etcdserver: leader changed", isFinal: false),
    Refusal(code: 403, message: "pods \"a\" is forbidden: exceeded quota: small", isFinal: false),
    Refusal(code: 403, message: "User \"me\" cannot patch resource \"services\"", isFinal: false),
    Refusal(
      code: 422, message: "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated",
      isFinal: false),
    Refusal(code: 400, message: "admission webhook \"w.example.net\" denied the request: not yet", isFinal: false),
    Refusal(
      code: 422, message: "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: not yet", isFinal: false),
    Refusal(code: 409, message: "Operation cannot be fulfilled", isFinal: false),
    Refusal(code: 429, message: "too many requests", isFinal: false),
    Refusal(
      code: 422, message: "spec.protocol: Unsupported value: \"ospf\"",
      kind: GroupKind(group: "metallb.io", kind: "BGPPeer"), isFinal: false),
  ])
  func endsAtOnce(_ this: Refusal) {
    let failure = StatusFailure(code: this.code, reason: "", message: this.message, request: "")
    let error = RolloutError.rejected(ObjectID(this.kind, namespace: "home", name: "a"), failure)
    #expect(error.isFinal == this.isFinal)
    #expect("\(error)".hasSuffix("/a: \(this.message)"))
  }

  @Test func namesTheObjectUnlessItIsNotToBlame() async throws {
    let id = ObjectID(GroupKind("Service"), namespace: "home", name: "a")
    for (code, isAbout) in [(422, true), (403, true), (500, true), (404, false), (401, false)] {
      let failure = StatusFailure(code: code, reason: "", message: "no", request: "")
      await #expect {
        try await rejecting(id) { throw KubernetesError.status(failure) }
      } throws: { error in
        if isAbout { return error as? RolloutError == .rejected(id, failure) }
        return error as? KubernetesError == .status(failure)
      }
    }
  }
}
