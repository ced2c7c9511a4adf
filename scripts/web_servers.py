"""Web servers on loopback for scripts/bench_film: nginx, and one that answers late."""

import functools
import http.server
import os
import re
import socket
import subprocess
import threading
import time


class Nginx:
    """nginx with ranges, serving a folder. Used with `with`."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        paths = "".join(f"{name}_temp_path {self.folder}/nginx.temporary;"
                        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log;"
            f"{'user root root;' if os.getuid() == 0 else ''} events {{}}\n"
            f"http {{ access_log off; {paths} server {{ listen 127.0.0.1:{port}; root {self.folder}; sendfile on; }} }}\n")
        self.process = subprocess.Popen(["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "nginx.log"])
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Late(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, folder, delay, *rest):
        self.folder, self.delay = folder, delay
        super().__init__(*rest)

    def log_message(self, *_):
        pass

    def do_GET(self):
        time.sleep(self.delay)
        with open(self.folder / self.path.lstrip("/"), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            expected = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            first = int(expected[1]) if expected else 0
            last = min(int(expected[2]) if expected and expected[2] else size - 1, size - 1)
            self.send_response(206 if expected else 200)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(last - first + 1))
            if expected:
                self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
            self.end_headers()
            self.wfile.flush()
            try:
                while first <= last:
                    first += os.sendfile(self.connection.fileno(), file.fileno(), first, min(last - first + 1, 1 << 20))
            except OSError:
                self.close_connection = True


class SlowServer:
    """Answers each request `delay` seconds late. Used with `with`."""

    def __init__(self, folder, delay):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Late, folder, delay))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
