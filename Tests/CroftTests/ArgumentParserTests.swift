import Terminal
import Testing

@testable import croft

struct ArgumentParserTests {
  let parser = ArgumentParser(commands: AllCommands.specs, globals: GlobalOptions.specs)

  @Test(arguments: [
    ["deploy", "--only", "a", "--only", "b,c", "-C", "x", "--yes"],
    ["-C", "x", "deploy", "--yes", "--only=a,b", "--only", "c"],
    ["--directory=x", "deploy", "-y", "--only=a,b,c"],
    ["-Cx", "deploy", "--only", "a,b,c", "-y"],
    ["deploy", "-yC", "x", "--only", "a,b,c"],
  ])
  func optionsStandAnywhereInAnyForm(words: [String]) throws {
    let invocation = try parser.parse(words)
    #expect(
      invocation
        == Invocation(command: "deploy", flags: ["yes"], values: ["only": ["a", "b", "c"], "directory": ["x"]]))
  }

  @Test func theLastOfTwoValuesCounts() throws {
    #expect(try parser.parse(["plan", "--context", "a", "--context", "b"]).value("context") == "b")
  }

  @Test func twoDashesEndTheOptions() throws {
    #expect(try parser.parse(["delete", "--", "--all", "-x"]).arguments == ["--all", "-x"])
  }

  @Test func helpNeedsNothingElseToBeRight() throws {
    #expect(try parser.parse(["completion", "--help"]).has("help"))
    #expect(try parser.parse([]).command == nil)
  }

  @Test(arguments: [
    (["deploi"], "there is no command 'deploi'; did you mean 'croft deploy'?"),
    (["frobnicate"], "there is no command 'frobnicate'"),
    (["__complet"], "there is no command '__complet'"),
    (["deploy", "--unitl", "x"], "there is no option --unitl; did you mean '--until'?"),
    (["--until", "x", "deploy"], "--until belongs behind its command: croft plan --until"),
    (["deploy", "-x"], "there is no option -x"),
    (["deploy", "--until"], "--until needs a value: --until LAYER"),
    (["deploy", "--yes=1"], "--yes takes no value"),
    (["check", "-o", "jsn"], "--output is one of text, json, not 'jsn'; did you mean 'json'?"),
    (["completion"], "'croft completion' needs SHELL: bash, zsh or fish"),
    (["completion", "bsh"], "SHELL is one of bash, zsh, fish, not 'bsh'; did you mean 'bash'?"),
    (["check", "file"], "'croft check' does not take 'file'"),
  ])
  func mistakesAreNamed(words: [String], message: String) {
    let error = #expect(throws: UsageError.self) { try parser.parse(words) }
    #expect(error?.message == message)
  }

  @Test(arguments: AllCommands.specs.flatMap(\.all).map(\.name))
  func everyCommandIsExplainedWithExamples(name: String) throws {
    let spec = try #require(AllCommands.specs.flatMap(\.all).first { $0.name == name })
    #expect(!spec.summary.hasSuffix("."))
    #expect(!spec.discussion.isEmpty)
    #expect(spec.isHidden || !spec.examples.isEmpty)
    for example in spec.examples where example.line.hasPrefix("croft ") {
      // What help shows can be typed.
      let command = example.line.split { "|<>".contains($0) }[0]
      let words = command.split(separator: " ").dropFirst().map(String.init)
      #expect(throws: Never.self, "\(example.line)") { try parser.parse(words) }
    }
  }

  @Test func noTwoOptionsAreCalledTheSame() {
    for spec in AllCommands.specs.flatMap(\.all) {
      let options = spec.options + GlobalOptions.specs
      #expect(Set(options.map(\.name)).count == options.count, "\(spec.name)")
      let letters = options.compactMap(\.short)
      #expect(Set(letters).count == letters.count, "\(spec.name)")
    }
  }

  @Test func helpFitsItsWidth() {
    let help = Help(
      commands: AllCommands.specs, globals: GlobalOptions.specs, style: .init(isColored: false), width: 60)
    for line in help.overview.split(separator: "\n") { #expect(line.count <= 80) }
    let page = help.page(DeployCommand.spec)
    #expect(page.contains("--only RELEASE…"))
    #expect(page.contains("croft deploy --until core-infrastructure"))
  }
}
