extension ControlPlane {
  /// What differs from a default control plane.
  public struct Options: Sendable {
    /// Without it nothing makes pods of Deployments, binds claims or collects garbage, and no service accounts appear.
    public var controllerManager = true
    /// Without it pods stay unbound, unless something else binds them.
    public var scheduler = true
    /// Beside the server's defaults.
    public var admissionPlugins: [String] = []
    /// Reading requests the server works on at once; more are refused with 429. `nil` leaves the server's default.
    public var maxRequestsInFlight: Int?
    public var maxMutatingRequestsInFlight: Int?
    /// Given to kube-apiserver after everything else, so that they win.
    public var apiServerArguments: [String] = []
    public var controllerManagerArguments: [String] = []
    /// How long every program together may take to become ready.
    public var timeout: Duration = .seconds(90)

    public init() {}

    /// Only etcd and the API server: for tests of the API itself, up in half the time.
    public static var apiServerOnly: Options {
      var options = Options()
      options.controllerManager = false
      options.scheduler = false
      return options
    }
  }
}
