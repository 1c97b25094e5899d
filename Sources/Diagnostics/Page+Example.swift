extension Page {
  /// A page with an example of a file that breaks the rule and the same mended.
  public init(_ code: String, _ title: String, _ text: String, broken: String, mended: String) {
    self.init(
      code, title,
      body: """
        \(text)

        Broken:

        ```yaml
        \(broken)
        ```

        Mended:

        ```yaml
        \(mended)
        ```
        """)
  }
}
