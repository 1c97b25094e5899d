/// A reverse proxy in front of an API server that does harm when told to.
///
/// `PUT /__faults` takes a list of faults; each is used `times` times (1 unless said) on requests whose
/// "METHOD PATH" contains `match`. `GET /__log` answers with all requests so far, `PUT /__cut` cuts the streams.
let faultyServerScript = """
  import http.client, http.server, json, socket, ssl, sys, threading, time

  upstream, port_file = sys.argv[1], sys.argv[2]
  lock, faults, log, streams = threading.Lock(), [], [], set()
  context = ssl._create_unverified_context()

  def take(line):
      with lock:
          for fault in faults:
              if fault.get('match', '') in line and fault.get('times', 1) > 0:
                  fault['times'] = fault.get('times', 1) - 1
                  return fault
      return {}

  class Handler(http.server.BaseHTTPRequestHandler):
      protocol_version = 'HTTP/1.1'

      def log_message(self, *arguments): pass

      def answer(self, status, body, headers={}):
          self.send_response(status)
          for name, value in headers.items(): self.send_header(name, value)
          self.send_header('Content-Length', str(len(body)))
          self.end_headers()
          self.wfile.write(body)

      def cut(self):
          self.close_connection = True
          self.connection.shutdown(socket.SHUT_RDWR)

      def handle_request(self):
          body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
          if self.path == '/__faults':
              with lock: faults[:] = json.loads(body)
              return self.answer(200, b'{}')
          if self.path == '/__log':
              with lock: return self.answer(200, json.dumps(log).encode())
          if self.path == '/__cut':
              with lock:
                  for stream in streams: stream.cut()
              return self.answer(200, b'{}')
          line = self.command + ' ' + self.path
          with lock: log.append({'line': line, 'authorization': self.headers.get('Authorization')})
          fault = take(line)
          time.sleep(fault.get('delay', 0))
          if 'status' in fault:
              return self.answer(fault['status'], json.dumps(fault.get('body', {})).encode(), fault.get('headers', {}))
          if fault.get('cut') == 'before': return self.cut()
          path = self.path.replace(*fault['rewrite']) if 'rewrite' in fault else self.path
          connection = http.client.HTTPSConnection(upstream, context=context)
          headers = {k: v for k, v in self.headers.items() if k.lower() not in ('host', 'accept-encoding')}
          connection.request(self.command, path, body, headers)
          response = connection.getresponse()
          if fault.get('cut') == 'after':
              response.read()
              return self.cut()
          if response.getheader('Content-Length') is not None:
              kept = {k: v for k, v in response.getheaders() if k.lower() not in ('content-length', 'connection')}
              return self.answer(response.status, response.read(), kept)
          self.send_response(response.status)
          self.send_header('Content-Type', response.getheader('Content-Type', ''))
          self.send_header('Transfer-Encoding', 'chunked')
          self.end_headers()
          with lock: streams.add(self)
          try:
              while True:
                  piece = response.read1(65536)
                  self.wfile.write(b'%x\\r\\n%s\\r\\n' % (len(piece), piece))
                  if not piece: break
          finally:
              with lock: streams.discard(self)
              connection.close()

      def __getattr__(self, name):
          if name.startswith('do_'): return self.handle_one
          raise AttributeError(name)

      def handle_one(self):
          try: self.handle_request()
          except (OSError, ValueError): self.close_connection = True

  server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
  server.daemon_threads = True
  with open(port_file + '.new', 'w') as file: file.write(str(server.server_port))
  import os
  os.rename(port_file + '.new', port_file)
  server.serve_forever()
  """
