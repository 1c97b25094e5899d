import Process
import Testing

struct ExecutableTests {
  @Test func findsInPath() {
    #expect(Executable.find("sh", path: "/nowhere:/bin:/usr/bin") == "/bin/sh")
    #expect(Executable.find("sh", path: "/nowhere") == nil)
    #expect(Executable.find("", path: "/bin") == nil)
  }

  @Test func takesPathsAsTheyAre() {
    #expect(Executable.find("/bin/sh") == "/bin/sh")
    #expect(Executable.find("/etc/passwd") == nil)
    #expect(Executable.find("/bin") == nil)
  }

  @Test func passesOverRelativeFolders() {
    #expect(Executable.find("sh", path: "bin:.::../bin") == nil)
  }
}
