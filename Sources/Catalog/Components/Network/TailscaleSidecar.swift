package import Blueprint
import JSON

/// https://tailscale.com/kb/1282/docker – what `gateway: tailscale` becomes without the operator, which takes no auth
/// keys: a container of Tailscale's with each application.
package enum TailscaleSidecar: Component {
  package struct Options: ComponentOptions {
    package var secret = "tailscale-auth"
    package var key = "authkey"
  }

  package static let version = "v1.102.3"

  package static let about = About(
    "tailscale-sidecar", "Makes applications machines of a tailnet, by an auth key and without an operator.",
    namespace: "tailscale")

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.secret =
      reader.optional(
        "secret", .subdomain("the name of a Secret"), "The Secret with the auth key, in each namespace that uses it.",
        byDefault: "tailscale-auth") ?? options.secret
    options.key = reader.optional("key", .dataKey, "The auth key's key in it.", byDefault: "authkey") ?? options.key
    return options
  }

  /// It has nothing of its own: everything is with the applications.
  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution { Contribution() }
}
