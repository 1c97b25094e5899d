/// Rows under headings, each column as wide as it needs.
public struct Table: Sendable {
  public struct Column: Sendable {
    public enum Alignment: Sendable { case left, right }
    public var heading: String
    public var alignment: Alignment
    public init(_ heading: String, _ alignment: Alignment = .left) {
      self.heading = heading
      self.alignment = alignment
    }
  }

  public var columns: [Column]
  public var rows: [[String]]

  public init(_ columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  public mutating func append(_ row: String...) { rows.append(row) }

  /// The lines of the table. Cells may be styled.
  /// - Parameter width: The last column is cut where a line would be wider; `nil` cuts nothing.
  public func lines(width: Int? = nil, style: Style = .plain, ellipsis: String = "…") -> [String] {
    let hasHeadings = columns.contains { !$0.heading.isEmpty }
    let headings = columns.map { style($0.heading, .dim) }
    let all = (hasHeadings ? [headings] : []) + rows
    let widths = columns.indices.map { column in
      all.map { column < $0.count ? TextWidth.of($0[column]) : 0 }.max() ?? 0
    }
    return all.map { row in
      var line = ""
      for column in columns.indices {
        let cell = column < row.count ? row[column] : ""
        if column > 0 { line += "  " }
        line += TextWidth.pad(cell, to: widths[column], atStart: columns[column].alignment == .right)
      }
      while line.last == " " { line.removeLast() }
      return width.map { TextWidth.truncate(line, to: $0, ellipsis: ellipsis) } ?? line
    }
  }
}
