/// Does the same with every item, on several cores.
/// - Returns: what that made, in the items' order.
func concurrently<Item: Sendable, Made: Sendable, Failure: Error>(
  _ items: [Item], _ work: @escaping @Sendable (Item) throws(Failure) -> [Made]
) async throws(Failure) -> [Made] {
  // More parts than cores usually are: some parts are longer than others.
  let parts = min(8, items.count)
  let results = await withTaskGroup(of: (Int, Result<[Made], Failure>).self) { group in
    for part in 0..<parts {
      let range = items.count * part / parts..<items.count * (part + 1) / parts
      group.addTask {
        do throws(Failure) {
          var made: [Made] = []
          for item in items[range] { made += try work(item) }
          return (part, .success(made))
        } catch {
          return (part, .failure(error))
        }
      }
    }
    return await group.reduce(into: [Int: Result<[Made], Failure>]()) { $0[$1.0] = $1.1 }
  }
  var made: [Made] = []
  for part in 0..<parts { if let result = results[part] { made += try result.get() } }
  return made
}
