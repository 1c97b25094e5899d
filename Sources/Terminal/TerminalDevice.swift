@preconcurrency import Glibc

/// What a file descriptor leads to: a terminal, with a size, or something else.
public struct TerminalDevice: Sendable, Equatable {
  public var descriptor: Int32

  public init(descriptor: Int32) { self.descriptor = descriptor }

  public static let standardInput = TerminalDevice(descriptor: 0)
  public static let standardOutput = TerminalDevice(descriptor: 1)
  public static let standardError = TerminalDevice(descriptor: 2)

  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The size now; 80 by 24 where nothing says another one.
  public var size: TerminalSize {
    var window = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 {
      return TerminalSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }
    return TerminalSize(columns: 80, rows: 24)
  }
}

/// The cells of a terminal.
public struct TerminalSize: Sendable, Equatable {
  public var columns: Int
  public var rows: Int
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}
