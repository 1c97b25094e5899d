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
    try expect("a: [!!str , x , &y ]\n", gives: "a: [!!str , x, &y]\n")
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

  @Test func commentsThatStandBelowEachOther() throws {
    // Aligned by hand: they stay in one column. Alone: two spaces.
    try expect(
      """
      a: 1          # one
      bcd: 2        # two
                    # goes on
      nested:
          e: 3      # three
      f: 4     # alone
      g: 5 # near
      """,
      gives: """
        a: 1          # one
        bcd: 2        # two
                      # goes on
        nested:
          e: 3        # three
        f: 4  # alone
        g: 5  # near

        """)
    // What is longer than the column moves all of them.
    try expect(
      "a: [1,2,3] # x\nb: 1       # y\n", gives: "a: [1, 2, 3]  # x\nb: 1          # y\n")
  }

  @Test func listsThatWereTakenOut() throws {
    try expect("a:\n- 1\n# - 2\nb: 3\n", gives: "a:\n  - 1\n  # - 2\nb: 3\n")
    try expect("a:\n- 1\n# about b\nb: 3\n", gives: "a:\n  - 1\n# about b\nb: 3\n")
    try expect("a:\n- 1\n# the end", gives: "a:\n  - 1\n# the end\n")
    try expect(
      "a:\n    # b:\n      # c: 1\nd:\n    e: 1\n    # f:\n", gives: "a:\n  # b:\n    # c: 1\nd:\n  e: 1\n  # f:\n")
  }

  @Test func blockScalarsKeepTheirLines() throws {
    try expect(
      """
      a: |   # why
             one  \

               two

             # no comment
      b: >2-
          folded

      c:
      - |+
       kept


      -   |1
           one space
      # comment
      """,
      gives: """
        a: |  # why
          one  \

            two

          # no comment
        b: >2-
            folded

        c:
          - |+
            kept


          - |1
               one space
        # comment

        """)
    // A comment further to the right would become text.
    try expect(
      "a:\n    b: |\n        text\n      # comment\n    c: 1\n", gives: "a:\n  b: |\n    text\n  # comment\n  c: 1\n")
    // The end of the file is the end of the text.
    try expect("a: |\n   x", gives: "a: |\n  x")
    try expect("a: |-\n   x", gives: "a: |-\n  x\n")
    try expect("a: |\n   x\n\n\n", gives: "a: |\n  x\n")
    try expect("a: |+\n   x\n\n\n", gives: "a: |+\n  x\n\n\n")
    try expect("a: |\nb: >\n\nc: |+\n\n", gives: "a: |\nb: >\n\nc: |+\n\n")
  }

  @Test func scalarsOverSeveralLines() throws {
    try expect(
      "a: one\n      two   \n\n      three\nb: \"x \\\n   y\n\n  \\  z\"\nc: ['p\n q']\n",
      gives: "a: one\n  two\n\n  three\nb: \"x \\\n  y\n\n  \\  z\"\nc: ['p\n  q']\n")
    try expect("a: \"x\\ \n  y\"\n", gives: "a: \"x\\ \n  y\"\n")
    try expect("\"x\n--\n y\"\n", gives: "\"x\n  --\n  y\"\n")
  }

  @Test func anchorsTagsAndMergeKeys() throws {
    try expect(
      """
      base:   &base
          x: !!int   1
      one:   {<<:  *base , y: 2}
      two:
          <<:   [ *base ]
          list:   &list
          - &first   a
          - *first
      *first : v
      """,
      gives: """
        base: &base
          x: !!int 1
        one: {<<: *base, y: 2}
        two:
          <<: [*base]
          list: &list
            - &first a
            - *first
        *first : v

        """)
    try expect("&top\na: 1\n", gives: "&top\na: 1\n")
    try expect("a: &x\n    {b: 1}\n", gives: "a: &x\n  {b: 1}\n")
    try expect("- !!seq\n   - 1\n", gives: "- !!seq\n  - 1\n")
  }

  @Test func documents() throws {
    try expect(
      "%YAML 1.2\n---   # first\na:   1\n...\n\n\n---\n\n# c\nb: 1\n--- {c: 1 }\n",
      gives: "%YAML 1.2\n---  # first\na: 1\n...\n\n---\n\n# c\nb: 1\n--- {c: 1}\n")
    try expect("? a\n:   b\n?   c\n", gives: "? a\n: b\n? c\n")
  }

  @Test func whatIsBrokenIsReported() throws {
    let error = #expect(throws: FormatError.self) { try format("a: [1\nb: &x\n") }
    guard case .problems(let problems) = error else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(problems.map(\.code) == ["CR0113"])
    #expect(throws: FormatError.self) { try format("a: 1\na: 2\n") }
    #expect(throws: FormatError.self) { try format("a: \u{7}\n") }
  }

  @Test func whatWouldBeReadOtherwiseIsLeftAlone() throws {
    // libyaml takes U+2028 for a line break, editors do not: it cannot be indented in a way that suits both.
    #expect(throws: FormatError.wouldChange(file: "a.yaml")) { try format("a: |\n     x\u{2028}     y\n") }
  }
}
