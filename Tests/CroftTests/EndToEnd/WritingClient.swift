import Foundation
import JSON
import Lab
import Process
import Testing

/// Writes through the API every 100 ms as clients of several servers do, the next server where one does not answer; and
/// asks each server as often whether it is there.
final class WritingClient {
  private let process = Foundation.Process()
  private let output = Pipe()
  private let input = Pipe()

  init(_ cluster: EndToEnd.BareMachines.Cluster, _ servers: [String]) async throws {
    let script = cluster.home.folder + "/client.py"
    try Self.script.write(toFile: script, atomically: true, encoding: .utf8)
    let config = try await cluster.home.kubectl("config", "view", "--raw", "-o", "json")
    try config.write(toFile: cluster.home.folder + "/client.json", atomically: true, encoding: .utf8)
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments =
      [script, cluster.home.folder] + servers.map { "\($0)=\(cluster.lab[$0].address)" }
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // It says when its first write succeeded.
    try #require(try output.fileHandleForReading.read(upToCount: 8) == Data("writing\n".utf8))
  }

  deinit { if process.isRunning { process.terminate() } }

  /// - Returns: `writes`; `longestGap`, seconds between two that succeeded; `down`, seconds for each server; and
  ///   `downAtOnce`, the most servers that were away at the same time.
  func stop() async throws -> JSON {
    try input.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return try JSON(parsing: text)
  }

  private static let script = #"""
    import base64, http.client, json, os, ssl, sys, threading, time

    folder, servers = sys.argv[1], dict(word.split("=") for word in sys.argv[2:])
    config = json.load(open(folder + "/client.json"))
    user, cluster = config["users"][0]["user"], config["clusters"][0]["cluster"]
    context = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    for name, key in ("client.crt", "client-certificate-data"), ("client.key", "client-key-data"):
        with open(os.open(f"{folder}/{name}", os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            file.write(base64.b64decode(user[key]))
    context.load_cert_chain(folder + "/client.crt", folder + "/client.key")
    over = threading.Event()


    def ask(address, method, path, body=None, timeout=3):
        """The status of the answer; None without one."""
        connection = http.client.HTTPSConnection(address, 6443, context=context, timeout=timeout)
        try:
            kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
            connection.request(method, path, body, {"Content-Type": kind})
            response = connection.getresponse()
            response.read()
            return response.status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


    def write(count):
        path = "/api/v1/namespaces/default/configmaps"
        if count == 0:
            body = json.dumps({"metadata": {"name": "written"}, "data": {}})
            return any(ask(address, "POST", path, body) in (201, 409) for address in servers.values())
        body = json.dumps({"data": {"count": str(count)}})
        return any(ask(address, "PATCH", path + "/written", body) == 200 for address in servers.values())


    away = {name: [] for name in servers}


    def watch(name):
        since = None
        while not over.is_set():
            asked = time.monotonic()
            if ask(servers[name], "GET", "/livez/ping") == 200:
                if since is not None:
                    away[name].append((since, time.monotonic()))
                since = None
            elif since is None:
                since = asked
            over.wait(0.1)
        if since is not None:
            away[name].append((since, time.monotonic()))


    if not write(0):
        sys.exit("the first write failed")
    print("writing", flush=True)
    threads = [threading.Thread(target=watch, args=[name]) for name in servers]
    threads.append(threading.Thread(target=lambda: (sys.stdin.read(), over.set())))
    for thread in threads:
        thread.start()
    count, last, gap = 1, time.monotonic(), 0
    while not over.is_set():
        if write(count):
            now = time.monotonic()
            gap, last, count = max(gap, now - last), now, count + 1
        over.wait(0.1)
    gap = max(gap, time.monotonic() - last)
    for thread in threads:
        thread.join()
    changes = sorted([(start, 1) for spans in away.values() for start, _ in spans]
                     + [(end, -1) for spans in away.values() for _, end in spans])
    now = most = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    print(json.dumps({"writes": count, "longestGap": gap, "downAtOnce": most,
                      "down": {name: sum(end - start for start, end in spans) for name, spans in away.items()}}))
    """#
}
