"""Runs a TLS server that sends chosen bytes, with kis-fetch or kis-token as
client. Prints a line for each failure and a line of counts at the end. Exits
with 1 if there was a failure. Requires the environment that lib.sh sets.

    wire.py cut PROGRAM BODY STEP     truncates responses at each STEP-th byte
    wire.py unasked BODY              sends responses without a request
    wire.py body PROGRAM BODY[,BODY…] STATUS [OPTION…]
                                      sends each BODY once, and then the last
                                      one, with the last requested day in place
                                      of "@DAY@"; prints the exit status, peak
                                      memory in KiB, the size of standard
                                      output, and standard error
"""
import concurrent.futures
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time

def make_certificate(folder):
    key, cert = folder + "/wire.key", folder + "/wire.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
         cert, "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1"],
        check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)



class Server:
    """A TLS server that calls talk(connection, count) for each connection."""

    def __init__(self, talk):
        folder = os.environ["TMPDIR"]
        if not os.path.exists(folder + "/wire.pem"):
            make_certificate(folder)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(
            folder + "/wire.pem", folder + "/wire.key")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.talk = talk
        self.connections = 0
        self.requests = 0
        port = self.listener.getsockname()[1]
        self.env = dict(
            os.environ, KIS_BASE_URL="https://127.0.0.1:%d" % port,
            KIS_CACERT=folder + "/wire.pem",
            XDG_CACHE_HOME="%s/cache%d" % (folder, port),
            KIS_APPKEY="PSxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"[:36],
            KIS_APPSECRET="s" * 180, NO_PROXY="127.0.0.1")
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            threading.Thread(target=self.one, args=(raw, self.connections),
                             daemon=True).start()

    def one(self, raw, count):
        try:
            connection = self.context.wrap_socket(raw, server_side=True)
            self.talk(connection, count)
        except (OSError, ssl.SSLError):
            pass
        finally:
            raw.close()

    def request(self, connection):
        """Reads a request with its body. Returns its head, or None at the end."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return None
            data += piece
        head, _, rest = data.partition(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                left = int(line.split(b":")[1]) - len(rest)
                while left > 0:
                    left -= len(connection.recv(65536))
        self.requests += 1
        return head


def end(connection, close_notify):
    """Closes a connection, with or without TLS's close_notify."""
    if close_notify:
        try:
            connection.settimeout(1)
            connection.unwrap()
        except (OSError, ssl.SSLError):
            pass
    connection.close()


HEAD = (b"HTTP/1.1 200 OK\r\nDate: Fri, 20 Nov 2026 11:40:03 GMT\r\n"
        b"Content-Type: application/json; charset=utf-8\r\n")


def with_length(body):
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(body):
    half = len(body) // 2
    parts = b"".join(b"%x\r\n%s\r\n" % (len(p), p)
                     for p in (body[:half], body[half:]))
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n"


def until_close(body):
    return HEAD + b"Connection: close\r\n\r\n" + body


def run(program, env, *options):
    if program == "kis-token":
        command = [program, "-q", "--force", *options]
    else:
        command = [program, "--rate", "100", *options]
    return subprocess.run(command, input=b"token" * 10, env=env,
                          capture_output=True, timeout=60)


def ask_once(program, data, close_notify):
    """Runs the program with a server that sends data, then closes the
    connection. Returns the finished process and the number of requests."""
    def talk(connection, count):
        if server.request(connection):
            connection.sendall(data)
            end(connection, close_notify)

    server = Server(talk)
    options = ["--retries", "0"] if program == "kis-fetch" else ["-v"]
    p = run(program, server.env, *options)
    server.listener.close()
    return p, server.requests


def cut_one(program, form, body, at, close_notify):
    """Tests one truncated response. Returns None, or the failure as text."""
    whole = form(body)
    p, asked = ask_once(program, whole[:at], close_notify)
    wanted = 1 if program == "kis-fetch" else 5
    if p.returncode == 75 and not p.stdout and asked == wanted:
        return None
    return "%s, cut at %d of %d (%r), close_notify %s: %d, %d requests, %s" % (
        form.__name__, at, len(whole), whole[max(0, at - 12):at], close_notify,
        p.returncode, asked, p.stderr.decode())


def cut(program, body, step):
    cases, bad = [], 0
    for form in (with_length, chunked, until_close):
        # a truncation that leaves the JSON complete is not an error
        needed = len(form(body).rstrip()) if form == until_close else \
            len(form(body)) - 2 * (form == chunked)
        for close_notify in (True, False):
            cases += [(program, form, body, at, close_notify) for at in
                      list(range(0, needed, step)) + [needed - 1]]
        p, _ = ask_once(program, form(body), True)
        if p.returncode != 0:
            bad += 1
            print("%s, whole: %d, %s" % (
                form.__name__, p.returncode, p.stderr.decode()))
    # run more processes of kis-token, because it spends most of its time
    # waiting between retries
    workers = 4 if program == "kis-fetch" else 12
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for wrong in pool.map(lambda case: cut_one(*case), cases):
            if wrong:
                bad += 1
                print(wrong)
    print("%d cut answers, %d taken wrongly" % (len(cases), bad))
    return bad


def unasked(body):
    """Sends a second response with other rows after each response. The next
    request must receive its own response, or the program must exit with 75."""
    other = body.replace(b"005930", b"666666")
    ways = {
        "as asked": lambda c: c.sendall(with_length(body)),
        "in the same write": lambda c: c.sendall(
            with_length(body) + with_length(other)),
        "as the next record": lambda c: (
            c.sendall(with_length(body)), c.sendall(with_length(other))),
        "50 ms later": lambda c: (
            c.sendall(with_length(body)), time.sleep(0.05),
            c.sendall(with_length(other))),
        "with the end of the connection": lambda c: (
            c.sendall(with_length(body)), c.sendall(with_length(other)),
            end(c, True)),
        "an interim answer": lambda c: (
            c.sendall(with_length(body)),
            c.sendall(b"HTTP/1.1 100 Continue\r\n\r\n"),
            c.sendall(with_length(other))),
        "half an answer": lambda c: (
            c.sendall(with_length(body)), c.sendall(with_length(other)[:-5])),
    }
    bad = 0
    for name, send in ways.items():
        def talk(connection, count, send=send):
            while server.request(connection):
                send(connection)

        server = Server(talk)
        # send only two requests per second, so that the second response
        # arrives before the next request
        p = subprocess.run(
            ["kis-fetch", "--rate", "2", "-m", "all,kospi,kosdaq"],
            env=server.env, input=b"token" * 10, capture_output=True, timeout=60)
        if b"666666" in p.stdout or p.returncode not in (0, 75):
            bad += 1
        print("%s: %d, %d connections, %s" % (
            name, p.returncode, server.connections,
            "another's rows" if b"666666" in p.stdout else "own rows"))
    print("%d ways, %d taken wrongly" % (len(ways) - 1, bad))
    return bad


def body_of(program, bodies, status, *options):
    def talk(connection, count):
        while head := server.request(connection):
            body = bodies[min(server.requests, len(bodies)) - 1]
            day = re.search(b"INPUT_DATE_2=([0-9]+)", head)
            if day:
                body = body.replace(b"@DAY@", day[1])
            connection.sendall(
                with_length(body).replace(b"200 OK", status.encode() + b" X"))

    server = Server(talk)
    peak_file = os.environ["TMPDIR"] + "/peak"
    measure = ["/usr/bin/time", "-f", "%M", "-o", peak_file]
    if not os.path.exists(measure[0]):
        measure = []
    p = subprocess.run(
        measure + [program] + (["-q", "--force"] if program == "kis-token" else
                     ["--retries", "0"]) + list(options),
        env=server.env, input=b"token" * 10, capture_output=True, timeout=120)
    peak = read(peak_file).decode().split()[-1] if measure else "?"
    print(p.returncode, peak, len(p.stdout), p.stderr.decode().strip())
    return 0


def read(path):
    with open(path, "rb") as f:
        return f.read()


def main():
    mode, rest = sys.argv[1], sys.argv[2:]
    if mode == "cut":
        return cut(rest[0], read(rest[1]), int(rest[2]))
    if mode == "unasked":
        return unasked(read(rest[0]))
    return body_of(rest[0], [read(p) for p in rest[1].split(",")], *rest[2:])


sys.exit(main() != 0)
