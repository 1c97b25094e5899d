import Blueprint
import JSON

/// A small catalogue, so that these tests are about the language and not about what the real one holds.
let testComponents = [
  ComponentKind("dns", "Answers for names.", namespace: "kube-system") { _ in NoOptions() },
  ComponentKind("proxy", "Brings requests in.") { reader in
    ProxyOptions(
      pool: reader.optional("pool", .label("the name of a pool"), "Where its address is from."),
      replicas: reader.optional("replicas", .whole(1...5, "a number of pods"), "How many pods.", byDefault: 2) ?? 2)
  },
]

struct NoOptions: ComponentOptions {}

struct ProxyOptions: ComponentOptions, Equatable {
  var pool: String?
  var replicas: Int
}
