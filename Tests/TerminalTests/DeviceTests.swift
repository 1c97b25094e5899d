@preconcurrency import Glibc
import Terminal
import Testing

/// A terminal of the kernel's: what is written to one end is typed at the other.
private struct Pseudoterminal {
  let controller: Int32
  let device: TerminalDevice

  init() throws {
    controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // What grantpt, unlockpt and ptsname do: TIOCSPTLCK and TIOCGPTN of <asm-generic/ioctls.h>.
    var locked: Int32 = 0
    var number: Int32 = -1
    try #require(ioctl(controller, 0x4004_5431, &locked) == 0)
    try #require(ioctl(controller, 0x8004_5430, &number) == 0)
    let name = "/dev/pts/\(number)"
    device = TerminalDevice(descriptor: open(name, O_RDWR | O_NOCTTY | O_CLOEXEC))
  }

  func type(_ text: String) { write(controller, text, text.utf8.count) }

  /// What was shown, as soon as these words are there; the kernel passes it on piece by piece, in its own time.
  func shown(upTo words: String) -> String {
    var text = ""
    var bytes = [UInt8](repeating: 0, count: 4096)
    while !text.contains(words) {
      var awaited = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
      guard poll(&awaited, 1, 30_000) > 0 else { break }
      let count = read(controller, &bytes, bytes.count)
      guard count > 0 else { break }
      text += String(decoding: bytes.prefix(count), as: UTF8.self)
    }
    return text
  }

  func close() {
    Glibc.close(device.descriptor)
    Glibc.close(controller)
  }
}

@Suite(.timeLimit(.minutes(5)))
struct DeviceTests {
  @Test func knowsATerminalAndItsSize() throws {
    let terminal = try Pseudoterminal()
    defer { terminal.close() }
    #expect(terminal.device.isTerminal)
    var window = winsize(ws_row: 33, ws_col: 101, ws_xpixel: 0, ws_ypixel: 0)
    #expect(ioctl(terminal.controller, UInt(TIOCSWINSZ), &window) == 0)
    #expect(terminal.device.size == TerminalSize(columns: 101, rows: 33))
    let file = open("/dev/null", O_RDWR)
    defer { close(file) }
    #expect(!TerminalDevice(descriptor: file).isTerminal)
    #expect(TerminalDevice(descriptor: file).size == TerminalSize(columns: 80, rows: 24))
  }

  @Test(arguments: [("y\n", true), ("YES\n", true), ("n\n", false), ("\n", false), ("yep\n", false), ("\u{4}", false)])
  func asksForConsent(typed: String, expected: Bool) async throws {
    let terminal = try Pseudoterminal()
    defer { terminal.close() }
    terminal.type(typed)
    let answer = try await Prompt.consent("Delete?", input: terminal.device, output: terminal.device)
    #expect(answer == expected)
    #expect(terminal.shown(upTo: "Delete? [y/N] ").contains("Delete? [y/N] "))
  }

  @Test func asksNobodyWhereNobodyIs() async throws {
    let file = open("/dev/null", O_RDWR)
    defer { close(file) }
    await #expect(throws: Prompt.Failure.notInteractive) {
      try await Prompt.consent("?", input: TerminalDevice(descriptor: file))
    }
  }

  @Test func aQuestionCanBeCancelled() async throws {
    let terminal = try Pseudoterminal()
    let device = terminal.device
    let task = Task { try await Prompt.line("?", input: device, output: device) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    terminal.type("\n")  // lets the reading thread end
  }

  @Test func aLiveTerminalHidesItsCursorAndPutsItBack() throws {
    let terminal = try Pseudoterminal()
    defer { terminal.close() }
    LiveMode.enter(terminal.device)
    #expect(terminal.shown(upTo: "25l") == "\u{1B}[?25l")
    LiveMode.leave()
    #expect(terminal.shown(upTo: "25h").hasSuffix("\u{1B}[?25h"))
    LiveMode.leave()
  }
}
