/// A small web server in Python's own library. It prints its port, serves until its standard input ends, and closes
/// nothing by itself. Arguments: `--tls CERTIFICATE KEY`, `--client-ca FILE`, `--proxy` (CONNECT too),
/// `--port NUMBER`, `--front COMMAND…` (a child in front of it: `{port}` and `{backend}` are replaced).
let serverScript = #"""
  import gzip, http.server, os, select, socket, ssl, subprocess, sys, threading, time

  arguments = sys.argv[1:]
  certificate = key = client_ca = None
  is_proxy, listen_port, front = False, 0, []
  while arguments:
      argument = arguments.pop(0)
      if argument == "--tls": certificate, key = arguments.pop(0), arguments.pop(0)
      elif argument == "--client-ca": client_ca = arguments.pop(0)
      elif argument == "--proxy": is_proxy = True
      elif argument == "--port": listen_port = int(arguments.pop(0))
      elif argument == "--front": front, arguments = arguments, []

  go = threading.Semaphore(0)
  closed = threading.Event()
  counts = {"connections": 0, "tunnels": 0, "hanging": 0, "running": 0, "peak": 0}
  lock = threading.Lock()

  def count(name, by=1):
      with lock:
          counts[name] += by
          counts["peak"] = max(counts["peak"], counts["running"])

  class Handler(http.server.BaseHTTPRequestHandler):
      protocol_version = "HTTP/1.1"
      disable_nagle_algorithm = True

      def log_message(self, *_): pass

      def setup(self):
          super().setup()
          count("connections")

      def answer(self, status=200, body=b"", headers=()):
          self.send_response(status)
          for name, value in headers: self.send_header(name, value)
          self.send_header("Content-Length", str(len(body)))
          self.end_headers()
          if self.command != "HEAD": self.wfile.write(body)

      def begin_chunks(self):
          self.send_response(200)
          self.send_header("Transfer-Encoding", "chunked")
          self.end_headers()

      def chunk(self, data):
          self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
          self.wfile.flush()

      def wait_for_close(self):
          try:
              while self.connection.recv(1): pass
          except OSError: pass
          closed.set()
          self.close_connection = True

      def do_GET(self):
          body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
          path, _, argument = self.path.lstrip("/").partition("/")
          if path == "echo":
              self.answer(200, body, [("X-Method", self.command), ("X-Host", self.headers["Host"]),
                          ("X-Answer", "one"), ("x-answer", "two")])
          elif path == "headers":
              self.answer(200, "".join(f"{name.lower()}: {value}\n" for name, value in self.headers.items()).encode())
          elif path == "status": self.answer(int(argument), b"body", [("Location", "/echo")])
          elif path == "interim":
              self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n")
              self.answer(200, b"final")
          elif path == "slow":
              count("running")
              time.sleep(float(argument))
              count("running", -1)
              self.answer(200, b"slow")
          elif path == "big": self.answer(200, bytes(range(256)) * (int(argument) // 256))
          elif path == "gzip": self.answer(200, gzip.compress(b"x" * 100000), [("Content-Encoding", "gzip")])
          elif path == "hang":
              count("hanging")
              self.wait_for_close()
          elif path == "cut":
              self.send_response(200)
              self.send_header("Content-Length", "100")
              self.end_headers()
              self.wfile.write(b"part")
              self.close_connection = True
          elif path == "silent": self.close_connection = True
          elif path == "pieces":
              self.begin_chunks()
              for piece in argument.split("/"):
                  self.chunk(piece.encode())
                  go.acquire()
              self.wfile.write(b"0\r\n\r\n")
          elif path == "endless":
              self.begin_chunks()
              self.chunk(b"first")
              self.wait_for_close()
          elif path == "flood":
              self.begin_chunks()
              size, sent = int(argument), 0
              while sent < size:
                  block = b"\0" * min(65536, size - sent)
                  self.chunk(block)
                  sent += len(block)
                  counts["flooded"] = sent
              self.wfile.write(b"0\r\n\r\n")
          elif path == "go":
              go.release()
              self.answer()
          elif path == "closed": self.answer(200 if closed.wait(60) else 504)
          elif path == "count": self.answer(200, str(counts.get(argument, 0)).encode())
          else: self.answer(404)

      do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

      def do_CONNECT(self):
          if not is_proxy: return self.answer(405)
          host, _, port = self.path.rpartition(":")
          count("tunnels")
          # Whatever the name, this proxy knows only this machine.
          upstream = socket.create_connection(("127.0.0.1", int(port)))
          self.send_response(200)
          self.end_headers()
          pair = {self.connection: upstream, upstream: self.connection}
          while True:
              for ready in select.select(list(pair), [], [])[0]:
                  data = ready.recv(65536)
                  if not data:
                      upstream.close()
                      self.close_connection = True
                      return
                  pair[ready].sendall(data)

  class Server(http.server.ThreadingHTTPServer):
      daemon_threads = True
      request_queue_size = 1024
      context = None

      def finish_request(self, request, address):
          if self.context:
              request = self.context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
              try: request.do_handshake()
              except OSError:
                  # Take what the client still sends: closing over it would reset the connection, and the client
                  # would not read the alert.
                  request.shutdown(socket.SHUT_WR)
                  while os.read(request.fileno(), 4096): pass
                  return
          Handler(request, address, self)

      def handle_error(self, *_): pass

  server = Server(("127.0.0.1", listen_port), Handler)
  if certificate:
      server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      server.context.load_cert_chain(certificate, key)
      if client_ca:
          server.context.verify_mode = ssl.CERT_REQUIRED
          server.context.load_verify_locations(client_ca)
  threading.Thread(target=server.serve_forever, daemon=True).start()
  port = server.server_port

  child = None
  if front:
      backend = port
      with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
      child = subprocess.Popen([word.format(port=port, backend=backend) for word in front], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
      while child.poll() is None:
          try: socket.create_connection(("127.0.0.1", port)).close()
          except OSError: time.sleep(0.01)
          else: break

  print(port, flush=True)
  sys.stdin.read()
  if child: child.terminate()
  """#
