/// Brings machines up, hands them to `body`, and takes them away whatever happens.
public func withMachines<R>(
  _ options: Machines.Options = Machines.Options(), _ body: (Machines) async throws -> R
) async throws -> R {
  let lab = try await Machines.up(options)
  do {
    let result = try await body(lab)
    await lab.down()
    return result
  } catch {
    await lab.down()
    throw error
  }
}
