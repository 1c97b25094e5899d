import Testing
import YAML

@Suite struct FormatTests {
  private func format(_ text: String) throws -> String { try Document.format(Array(text.utf8), file: "a.yaml") }

  /// Formats, and proves that a second time changes nothing.
  private func expect(_ text: String, gives expected: String, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    let once = try format(text)
    #expect(once == expected, sourceLocation: sourceLocation)
    #expect(try format(once) == once, sourceLocation: sourceLocation)
  }

  @Test func indentation() throws {
    try expect(
      """
      a:
          b:
              c: 1
          d:
          - e: 1
            f:
               - 2
          -   g: 3
          -
             h: 4
      """,
      gives: """
        a:
          b:
            c: 1
          d:
            - e: 1
              f:
                - 2
            - g: 3
            -
              h: 4

        """)
    try expect("-   - a\n    - b\n-   c:  1\n    d:   2\n", gives: "- - a\n  - b\n- c: 1\n  d: 2\n")
  }

  @Test func spacesAndLineEnds() throws {
    try expect("a  :   1  \r\nb:\t2\r\n\r\n\r\n\r\nc: x\t\r\n", gives: "a: 1\nb: 2\n\nc: x\n")
    try expect("\n\n\na: 1\n\n\n", gives: "a: 1\n")
    try expect("\u{FEFF}a: 1", gives: "a: 1\n")
    try expect("a: 1\rb: 2\r", gives: "a: 1\nb: 2\n")
    try expect("", gives: "")
    try expect("\n  \n", gives: "")
  }

  @Test func flow() throws {
    try expect("a: { b : 1 ,c: [ 1,2 , 3 ] , }\n", gives: "a: {b: 1, c: [1, 2, 3],}\n")
    try expect("a: { }\nb: [ ]\n", gives: "a: {}\nb: []\n")
    try expect(#"a: {"b":1, 'c':[x]}"#, gives: #"a: {"b": 1, 'c': [x]}"# + "\n")
    try expect("a: {b: , c: }\n", gives: "a: {b: , c: }\n")
    try expect("a: [!!str , *x , &y ]\n".replacing("*x", with: "x"), gives: "a: [!!str , x, &y]\n")
    try expect(
      """
      a: [ 1,
           2,   # two
            # three
            3
         ]
      b:
          - {x: 1,
             y: 2}
      c:
             {
           z: [
            1 ] }
      """,
      gives: """
        a: [1,
          2,  # two
          # three
          3
        ]
        b:
          - {x: 1,
              y: 2}
        c:
          {
            z: [
              1]}

        """)
  }

  @Test func comments() throws {
    try expect(
      """
      # head
        # still head
      a:    # about a
          # about b
          b: 1 # one
          # last of a
      # about c

      # about c too
      c:
      # about the element
      - 1
      # - 2
      # about d
      d:
          # only: a comment
          #   of: two lines
      e: 1
      # end
      """,
      gives: """
        # head
          # still head
        a:  # about a
          # about b
          b: 1  # one
          # last of a
        # about c

        # about c too
        c:
          # about the element
          - 1
        # - 2
        # about d
        d:
          # only: a comment
          #   of: two lines
        e: 1
        # end

        """)
    try expect("# only\n\n\n  # comments\n\n", gives: "# only\n\n  # comments\n")
  }
}
