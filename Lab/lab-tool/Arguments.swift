/// What `lab up` was asked for.
struct Arguments {
  enum Nodes {
    case count(Int)
    case names([String])
  }
  var nodes = Nodes.count(3)
  /// The first one is the default class.
  var storageClasses = ["standard", "standard-wait"]
  /// A folder below which charts are.
  var charts: String?
  /// A folder to leave the file `env` in.
  var state: String?

  static let usage = """
    Usage: lab up [--nodes COUNT|NAME,NAME…] [--storage-classes NAME,NAME…|none] [--charts FOLDER] [--state FOLDER]

    Starts a Kubernetes control plane with hollow nodes on this machine, and prints how to reach it as shell code.
    Ends everything on Ctrl-C, on SIGTERM, and when its standard input closes.

      --nodes            how many nodes, or their names (default: 3)
      --storage-classes  classes to make, the default one first (default: standard,standard-wait; one whose name
                         ends in -wait binds its claims when a pod uses them). Others that appear work as well
      --charts           serves every chart below this folder as a chart repository
      --state            also writes the shell code to FOLDER/env, once everything is up

    """

  struct Misuse: Error, CustomStringConvertible {
    var description: String
  }

  init(_ arguments: some Sequence<String>) throws(Misuse) {
    var rest = Array(arguments)
    guard !rest.isEmpty, rest.removeFirst() == "up" else {
      throw Misuse(description: "expected the command 'up' or 'machines'")
    }
    while !rest.isEmpty {
      let option = rest.removeFirst()
      guard ["--nodes", "--storage-classes", "--charts", "--state"].contains(option) else {
        throw Misuse(description: "unknown option '\(option)'")
      }
      guard !rest.isEmpty else { throw Misuse(description: "\(option) needs a value") }
      let value = rest.removeFirst()
      switch option {
      case "--charts": charts = value
      case "--state": state = value
      case "--storage-classes": storageClasses = value == "none" ? [] : value.split(separator: ",").map(String.init)
      default:
        if let count = Int(value) {
          guard (1...1000).contains(count) else { throw Misuse(description: "--nodes: expected 1 to 1000 nodes") }
          nodes = .count(count)
        } else {
          nodes = .names(value.split(separator: ",").map(String.init))
        }
      }
    }
  }
}
