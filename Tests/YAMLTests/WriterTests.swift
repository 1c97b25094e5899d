import JSON
import Testing
import YAML

@Suite struct WriterTests {
  @Test func looksAsWritten() throws {
    let value: JSON = [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": ["name": "web", "labels": ["app": "web", "version": "1.10", "on": "no"], "annotations": [:]],
      "data": ["config": "a: 1\nb: 2\n", "keep": "x\n\n", "strip": "a\nb", "indented": "  a\nb\n", "empty": ""],
      "args": ["-c", "--flag=x", "- x", "a: b", "a #b", "it's", "say \"x\"", "tab\there", "-", "é"],
      "list": [["name": "a", "ports": [80, 443]], [[1, 2], []], .null, 1.5, true], "none": [],
    ]
    #expect(
      value.yaml == """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: web
          labels:
            app: web
            version: "1.10"
            "on": "no"
          annotations: {}
        data:
          config: |
            a: 1
            b: 2
          keep: |+
            x

          strip: |-
            a
            b
          indented: |2
              a
            b
          empty: ""
        args:
        - -c
        - --flag=x
        - "- x"
        - "a: b"
        - "a #b"
        - it's
        - say "x"
        - "tab\\there"
        - "-"
        - é
        list:
        - name: a
          ports:
          - 80
          - 443
        - - - 1
            - 2
          - []
        - null
        - 1.5
        - true
        none: []

        """)
    #expect(try json(value.yaml) == value)
  }

  @Test(arguments: [
    "", " ", "a ", " a", "no", "Yes", "ON", "y", "true", "null", "~", "12", "012", "0o17", "0b1", "1_000", "1:30",
    "12:30:45", "2024-01-01", "2024-01-01T00:00:00Z", "1e3", ".inf", ".", "---", "... a", "--- a", "- a", "-a", "?",
    "? a",
    "a:", "a: b", "a:b", ":a", "a #b", "a#b", "#a", "[a", "{a", "}", "a, b", "&a", "*a", "!a", "|", ">", "'", "\"",
    "%a",
    "@a", "`a", "<<", "=", "\\", "a\\b\"", "\n", "\n\n", "a\n", "a\n\n\n", "\na", " a\nb", "a\n b\n", "a\n\n  b",
    "a\n ",
    "a\n \n", "a\n \nb", "\ta\nb", "a\tb", "a\r\nb", "a\u{0}b", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}a", "😀", "é",
    "a\n#b\n", "#a\nb\n", "- a\n- b", "a: b\nc: d\n", "---\na\n", "a\n---\nb\n", "...\na\n", "10.0.0.1", "v1.2.3",
    "1.2.3",
    "{{ x }}", "*/5 * * * *", "100%", "http://a:80/b#c", "key=value:NoSchedule", "-1", "+1", "-", "--", "1.", "1e",
    "\u{10FFFF}",
    "0xG", "1.2e5", "_", "0x_f", "a\u{301}",
  ])
  func textComesBack(_ text: String) throws {
    for value: JSON in [.string(text), [.string(text)], [[.string(text), "x"]], ["k": .string(text), "l": 1]] {
      #expect(try json(value.yaml) == value, "\(value.yaml.debugDescription)")
    }
    var object = JSONObject()
    object.append(text, "value")
    object.append("other", ["nested": .string(text)])
    #expect(try json(JSON.object(object).yaml) == .object(object))
  }

  @Test(arguments: [0.0, -0.0, 1.5, 1e21, 1e-7, .leastNonzeroMagnitude, 1.7976931348623157e308, -.infinity, .infinity])
  func numbersComeBack(_ number: Double) throws { #expect(try json(JSON.double(number).yaml) == .double(number)) }

  @Test func veryLongKeys() throws {
    let value: JSON = .object(
      JSONObject([.init(String(repeating: "x", count: 5000), ["a": [1, "b"]]), .init("b", 1)]))
    #expect(try json(value.yaml) == value)
    #expect(try json(JSON.array([value]).yaml) == [value])
  }
}
