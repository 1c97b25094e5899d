package import Blueprint

extension Blueprint {
  /// The blueprint with everything that applications ask of the platform: routes, certificates, databases, backups,
  /// Secrets and policies. What no component provides is left out; the checks say so.
  package func addingApplications() -> Blueprint {
    var applications = Applications(self)
    // First of all: whatever else could close a circle gives way to it.
    for index in releases.indices { applications.awaitSecrets(index) }
    for index in releases.indices {
      applications.place(index)
      applications.scale(index)
      applications.backUp(index)
      applications.addDatabase(index)
      applications.expose(index)
      applications.connectIdentity(index)
      applications.provideSecrets(index)
    }
    applications.addRecurringJobs()
    applications.addGateways()
    applications.addTunnelRoutes()
    applications.addHostNames()
    applications.addAuthentikBlueprint()
    applications.addPocketIDClients()
    applications.addNetworkPolicies()
    return applications.blueprint
  }
}
