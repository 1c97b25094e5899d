import JSON
import Process
import Testing

@testable import Render

@Suite struct NixExpressionTests {
  @Test func layout() {
    let expression = NixExpression.function(
      ["config", "pkgs"],
      .set([
        NixAttribute("services.k3s.enable", .bool(true)),
        NixAttribute("empty", .set([])),
        NixAttribute("none", .list([])),
        NixAttribute("numbers", .list([.int(1), .int(-2)]), comment: "One and another."),
        NixAttribute(
          path: ["environment", "etc", "a.b", "text"], .string("one\n\"two\" ${three} $${four} $ \\ \t")),
        NixAttribute(name: "in", .strings((1...7).map { "element \($0)" })),
        NixAttribute("package", .code("pkgs.k3s")),
        NixAttribute("file", .path("./a.nix")),
        NixAttribute("nothing", .null),
        NixAttribute("sets", .list([.set([NixAttribute("a", .int(1))]), .function(["x"], .code("x"))])),
      ]))
    #expect(
      expression.file == #"""
        {
          config,
          pkgs,
          ...
        }:
        {
          services.k3s.enable = true;
          empty = { };
          none = [ ];
          # One and another.
          numbers = [ 1 (-2) ];
          environment.etc."a.b".text = "one\n\"two\" \${three} $\${four} $ \\ \t";
          "in" = [
            "element 1"
            "element 2"
            "element 3"
            "element 4"
            "element 5"
            "element 6"
            "element 7"
          ];
          package = pkgs.k3s;
          file = ./a.nix;
          nothing = null;
          sets = [
            {
              a = 1;
            }
            ({ x, ... }:
            x)
          ];
        }

        """#)
  }

  /// What Nix reads is what was meant.
  @Test func textsMeanThemselves() async throws {
    let texts = [
      "", "plain", "\"", "\\", "${a}", "$${a}", "$$${a}", "\\${a}", "$", "$$", "$\\{", "''${a}''", "a\nb\r\n\tc\n",
      "ä 🦆",
      "#", "/* */", "\\n", "{", "}", "'",
    ]
    let names = ["a", "in", "or", "a.b", "1a", "a-b", "a'", "", "_", "-a", "a b", "ä", "${x}", "\"", "let"]
    let expression = NixExpression.set([
      NixAttribute("texts", .strings(texts)),
      NixAttribute("names", .set(names.map { NixAttribute(name: $0, .string($0)) })),
      NixAttribute("numbers", .list([.int(0), .int(-5), .int(.max), .int(.min)])),
    ])
    let result = try await NixFolder.nix(["--eval", "--strict", "--json", "--expr", expression.file])
    try #require(result.isSuccess, "\(result)")
    let json = try JSON(parsing: result.text)
    #expect(json["texts"]?.array?.compactMap(\.string) == texts)
    for name in names { #expect(json["names"]?[name]?.string == name) }
    #expect(json["numbers"] == [0, -5, .int(.max), .int(.min)])
  }
}
