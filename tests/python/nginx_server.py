"""A real nginx on loopback for a test: its configuration, raw requests, and the logs that it wrote."""

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

_CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{formats}
  server {{
    listen 127.0.0.1:{port};
{logs}
    location / {{ return 200 "hello\\n"; }}
    location /missing {{ return 404; }}
  }}
}}
"""


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """nginx that runs, and where it listens."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port

    def send(self, request):
        """Send the bytes of one request, and read until nginx closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while part := connection.recv(65536):
                answer += part
        return answer

    def log(self, name):
        return self.folder / f"{name}.log"


@contextmanager
def serving(folder, formats):
    """nginx with the given formats of logs, by name; None is for a format that it knows itself.

    What nginx has written is complete when the block is left.
    """
    port = _free_port()
    own = "".join(f"  log_format {name} {text};\n" for name, text in formats.items() if text is not None)
    logs = "".join(f"    access_log {folder}/{name}.log {name};\n" for name in formats)
    (folder / "nginx.conf").write_text(_CONFIGURATION.format(folder=folder, formats=own, logs=logs, port=port))
    command = [PROGRAM, "-c", folder / "nginx.conf", "-p", folder, "-e", folder / "error.log"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            _wait_for(port, process)
            yield Server(folder, port)
        finally:
            process.terminate()
            process.wait(timeout=10)


def _wait_for(port, process):
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(process.stderr.read().decode())
        try:
            # Not closed before nginx has accepted it, else it might come between the requests that are counted.
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1)
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("nginx did not begin to listen")
