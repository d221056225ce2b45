"""Runs an HTTP proxy on a free port and writes the port number to FILE. With
STATUS 200, the proxy opens the requested tunnels; with another status, it
rejects them. It writes a line to LOG for each request. With CERT and KEY,
clients use TLS to the proxy.

    proxy.py FILE LOG STATUS [CERT KEY]
"""
import os
import socket
import ssl
import sys
import threading


def pump(a, b):
    try:
        while True:
            data = a.recv(65536)
            if not data:
                break
            b.sendall(data)
    except OSError:
        pass
    for s in (a, b):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client, context, log, status):
    try:
        if context:
            client = context.wrap_socket(client, server_side=True)
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(65536)
            if not piece:
                return
            head += piece
        log.write(head.split(b"\r\n")[0].decode() + "\n")
        log.flush()
        if status != "200":
            client.sendall(b"HTTP/1.1 %s No\r\nProxy-Authenticate: Basic "
                           b"realm=x\r\nContent-Length: 0\r\n\r\n"
                           % status.encode())
            client.close()
            return
        host, port = head.split(b" ")[1].decode().rsplit(":", 1)
        upstream = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        threading.Thread(target=pump, args=(upstream, client),
                         daemon=True).start()
        pump(client, upstream)
    except OSError as e:
        log.write("failed: %s\n" % e)
        log.flush()


def main():
    where, log, status = sys.argv[1], open(sys.argv[2], "a"), sys.argv[3]
    context = None
    if len(sys.argv) > 4:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[4], sys.argv[5])
    listener = socket.create_server(("127.0.0.1", 0))
    with open(where + ".new", "w") as f:
        f.write("%d\n" % listener.getsockname()[1])
    os.rename(where + ".new", where)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, context, log, status),
                         daemon=True).start()


main()
