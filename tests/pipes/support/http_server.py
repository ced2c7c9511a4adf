#!/usr/bin/python3
"""A server of the current folder that behaves as the first part of the path says: /drop=5000/x.jpg. Behaviours are joined
by commas. Prints its port, logs requests to requests.log, and ends with its standard input.

http_server.py [CERTIFICATE_AND_KEY]"""

import base64
import email.utils
import http.server
import os
import re
import ssl
import sys
import threading
import time
import zlib

counts = {}
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        with lock:
            counts[self.path] = turn = counts.get(self.path, 0) + 1
            with open("requests.log", "a") as log:
                print(self.path, self.headers.get("Range"), self.headers.get("If-Range"),
                      self.headers.get("Authorization"), self.client_address[1], file=log)
        path = self.path.partition("://")[2].partition("/")[2] if "://" in self.path else self.path[1:]  # as a proxy
        words, _, name = path.partition("?")[0].rpartition("/")
        does = dict((word.partition("=")[0], word.partition("=")[2]) for word in words.split(",") if word)
        number = lambda word: int(does[word] or 0)
        if "delay" in does:
            time.sleep(number("delay") / 1000)
        if "wait" in does:  # until the test lets it continue
            while not os.path.exists(does["wait"]):
                time.sleep(0.02)
        if "garbage" in does:
            return self.wfile.write(b"\0\1\2 this is not HTTP\r\n" * 10), self.hang_up()
        if "hang-up" in does and turn <= number("hang-up"):
            return self.hang_up()
        if "status" in does and not ("times" in does and turn > number("times")):
            return self.refuse(number("status"), {"Retry-After": does["after"]} if "after" in does else {})
        if "secret" in does and self.headers.get("Authorization") != "Basic " + base64.b64encode(b"me:pass word").decode():
            return self.refuse(401, {"WWW-Authenticate": 'Basic realm="x"'})
        if "to" in does:  # a redirect: to=loop, to=file, to=ftp, to=other (other behaviours, joined by +), to=host:PORT
            to = {"loop": self.path, "file": "file:///etc/passwd", "ftp": "ftp://localhost/x"}.get(does["to"])
            if does["to"].startswith("port:"):
                to = "http://127.0.0.1:" + does["to"][5:] + "/" + name
            return self.refuse(302, {"Location": to or "/" + does["to"].replace("+", ",") + "/" + name})

        try:
            with open(name, "rb") as file:
                data = file.read()
        except OSError:
            return self.refuse(404)
        changed = "change" in does and turn > 1
        if changed:
            data = data[::-1] + (b"more" if does["change"] == "size" else b"")
        tag = '"%08x"' % zlib.crc32(data)
        headers = {"ETag": tag, "Last-Modified": email.utils.formatdate(os.stat(name).st_mtime, usegmt=True)}
        if does.get("change") == "date":
            headers = {"Last-Modified": email.utils.formatdate(turn, usegmt=True)}
        if "no-tag" in does or does.get("change") == "size":
            headers = {}
        if "encoded" in does:
            headers["Content-Encoding"] = "gzip"

        expected = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        condition = self.headers.get("If-Range")
        if "plain" in does or (condition and ("if-range" in does or condition not in headers.values())):
            expected = None
        if "unranged-after" in does and turn > number("unranged-after"):
            expected = None
        first, last = 0, len(data) - 1
        if expected:
            first, last = int(expected[1]), min(int(expected[2] or last), last)
            if first >= len(data):
                return self.refuse(416, {"Content-Range": "bytes */%d" % len(data)})
            if "most" in does:
                last = min(last, first + number("most") - 1)
            off = number("wrong") if "wrong" in does and turn >= number("from") else 0
            total = "*" if "no-total" in does else len(data)
            headers["Content-Range"] = "bytes %d-%d/%s" % (first + off, last + off, total)
        body = data[first:last + 1]
        self.send_response(206 if expected else 200)
        if "close" in does:
            headers["Connection"] = "close"
        else:
            headers["Content-Length"] = len(body)
        for item in headers.items():
            self.send_header(*item)
        self.end_headers()
        if "drop" in does and not ("times" in does and turn > number("times")):
            self.wfile.write(body[:number("drop")])
            return self.hang_up() if len(body) > number("drop") else None
        if "stall" in does and not ("times" in does and turn > number("times")):
            self.wfile.write(body[:number("stall")])
            self.wfile.flush()
            time.sleep(30)
        if "half" in does:  # the rest when the test lets it continue
            self.wfile.write(body[:len(body) // 2])
            self.wfile.flush()
            while not os.path.exists(does["half"]):
                time.sleep(0.02)
            body = body[len(body) // 2:]
        if "trickle" in does:  # ten pieces, and a pause of so many ms after each
            size = len(body) // 10 + 1
            for at in range(0, len(body), size):
                self.wfile.write(body[at:at + size])
                self.wfile.flush()
                time.sleep(number("trickle") / 1000)
            return
        self.wfile.write(body)
        if "close" in does:
            self.hang_up()

    def refuse(self, status, headers={}):
        page = b"<!DOCTYPE html><html><body><h1>%d</h1></body></html>" % status
        self.send_response(status)
        for item in headers.items():
            self.send_header(*item)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", len(page))
        self.end_headers()
        self.wfile.write(page)

    def hang_up(self):
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(2)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 1:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
