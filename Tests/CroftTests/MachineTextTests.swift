import Blueprint
import Diagnostics
import Hosts
import Provision
import Terminal
import Testing

@testable import croft

/// What is shown of machines.
struct MachineTextTests {
  private static func node(_ name: String, mode: NodeSpec.Power.Mode = .always, tags: [String] = []) -> NodeSpec {
    var node = NodeSpec(name: name, role: .worker, tags: tags, span: SourceSpan(file: "", line: 1, column: 1))
    node.power.mode = mode
    return node
  }

  private static let blueprint: Blueprint = {
    var blueprint = Blueprint(name: "home", directory: ".", span: SourceSpan(file: "", line: 1, column: 1))
    blueprint.nodes = [node("cow", tags: ["storage"]), node("sheep"), node("duck", tags: ["storage", "gpu"])]
    return blueprint
  }()

  private static func context(_ values: [String: [String]] = [:]) -> Context {
    Context(invocation: Invocation(values: values), output: Output(), environment: [:])
  }

  @Test func machinesAreNamedOrTagged() throws {
    func names(_ words: String...) throws -> [String] {
      try Self.context().selectedNodes(words, of: Self.blueprint).map(\.name)
    }
    #expect(try names() == ["cow", "sheep", "duck"])
    #expect(try names("duck", "cow") == ["cow", "duck"], "in the order of the file")
    #expect(try names("@storage") == ["cow", "duck"])
    #expect(try names("sheep", "@gpu") == ["sheep", "duck"])
    do {
      _ = try names("goose")
      Issue.record("there is no goose")
    } catch let exit as Exit {
      #expect(exit.code == .usage)
      #expect(exit.message == "there is no node 'goose'; there are cow, sheep, duck, @gpu, @storage")
    }
  }

  @Test func stagesAreChosen() throws {
    #expect(try Self.context().selectedStages(NodeStage.preparation) == NodeStage.preparation)
    #expect(try Self.context(["tags": ["users", "ssh"]]).selectedStages(NodeStage.preparation) == [.users, .ssh])
    let skipped = Self.context(["skip-tags": ["disks"]])
    #expect(try skipped.selectedStages(NodeStage.preparation) == NodeStage.preparation.subtracting([.disks]))
  }

  @Test func aPlan() {
    var plan = NodePlan(node: "duck")
    plan.operations = [
      Operation(
        stage: .disks,
        action: .wipe(.init(device: "/dev/sda", path: "/dev/sda", serial: "S1", size: 1, signatures: ["ext4"])),
        title: "destroy what is on /dev/sda", observed: "ext4 on 1 GiB", impact: [.destroys("ext4 on /dev/sda")]),
      Operation(
        stage: .boot, action: .reboot, title: "restart the machine", observed: "the running kernel lacks x",
        impact: [.reboots]),
    ]
    plan.refusals = [Refusal(.network, "there is no interface eth9", fix: "write one that is there: eth0")]
    plan.notes = ["a package asks for a restart of the machine"]
    #expect(
      PlanNodesCommand.lines(plan, .plain) == [
        "duck", "  boot",
        "    + restart the machine (the running kernel lacks x); the machine goes down and comes up again", "  disks",
        "    + destroy what is on /dev/sda (ext4 on 1 GiB); destroys ext4 on /dev/sda", "  network",
        "    ! there is no interface eth9; write one that is there: eth0",
        "  note: a package asks for a restart of the machine", "",
      ])
    #expect(PlanNodesCommand.lines(NodePlan(node: "cow"), .plain) == ["cow", "  nothing to do", ""])
  }

  @Test func aMachineThatNeedNotBeOnIsOff() {
    let error = ProvisionError.host(
      .unreachable(host: "duck", address: "10.0.0.3", cause: "No route to host", fix: "turn it on"))
    let off = NodesCommand.row(Self.node("duck", mode: .onDemand), .failure(error), Self.blueprint)
    #expect(off.state == "off")
    let gone = NodesCommand.row(Self.node("cow"), .failure(error), Self.blueprint)
    #expect(gone.state == "unreachable")
    #expect(gone.detail.hasPrefix("no connection to 10.0.0.3"), "without its name once more")
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (8 << 30, "8 GiB"), (1_000_204_886_016, "932 GiB"),
  ])
  func sizes(bytes: Int, text: String) { #expect(FactsCommand.size(bytes) == text) }
}
