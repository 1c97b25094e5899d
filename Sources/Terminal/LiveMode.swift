@preconcurrency import Glibc
import Synchronization

/// The state of the terminal while a live region is on it: no cursor, no echo of keys. Ctrl-C works as ever.
///
/// `leave` puts back what was there; it can be called from any thread and any number of times, so every way out of
/// the program can call it.
public enum LiveMode {
  private struct Saved {
    var descriptor: Int32
    var settings: termios?
  }
  private static let saved = Mutex<Saved?>(nil)

  public static func enter(_ device: TerminalDevice) {
    saved.withLock { saved in
      guard saved == nil else { return }
      saved = Saved(descriptor: device.descriptor, settings: quiet(device.descriptor))
      send("\u{1B}[?25l", to: device.descriptor)
    }
  }

  public static func leave() {
    saved.withLock { state in
      guard let was = state else { return }
      state = nil
      // The end of a synchronized update as well: the program may end in the middle of one.
      send("\u{1B}[?2026l\u{1B}[0m\u{1B}[?25h", to: was.descriptor)
      if var settings = was.settings { tcsetattr(was.descriptor, TCSADRAIN, &settings) }
    }
  }

  /// Turns echo off, and returns the settings before.
  private static func quiet(_ descriptor: Int32) -> termios? {
    var before = termios()
    guard tcgetattr(descriptor, &before) == 0 else { return nil }
    var settings = before
    settings.c_lflag &= ~tcflag_t(ECHO)
    // From the background this would stop the program (SIGTTOU) before it has done anything.
    guard tcgetpgrp(descriptor) == getpgrp(), tcsetattr(descriptor, TCSADRAIN, &settings) == 0 else { return nil }
    return before
  }

  private static func send(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in _ = write(descriptor, bytes.baseAddress, bytes.count) }
  }
}
