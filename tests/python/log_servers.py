"""Servers on loopback that write logs for a test: nginx and rsyslogd, and what is sent to them."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

# Programs that are not ours do without the sanitizers that this process may have been started with.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
_PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
NGINX = shutil.which("nginx", path=_PLACES)
RSYSLOGD = shutil.which("rsyslogd", path=_PLACES)

_NGINX = """
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


_RSYSLOGD = """
module(load="imudp")
global(workDirectory="{folder}")
input(type="imudp" address="127.0.0.1" port="{port}" ruleset="all")
ruleset(name="all") {{
{actions}
}}
"""


def _free_port(kind=socket.SOCK_STREAM):
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Nginx:
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
def nginx(folder, formats):
    """nginx with the given formats of logs, by name; None is for a format that it knows itself.

    What nginx has written is complete when the block is left.
    """
    port = _free_port()
    own = "".join(f"  log_format {name} {text};\n" for name, text in formats.items() if text is not None)
    logs = "".join(f"    access_log {folder}/{name}.log {name};\n" for name in formats)
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, formats=own, logs=logs, port=port))
    command = [NGINX, "-c", folder / "nginx.conf", "-p", folder, "-e", folder / "error.log"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            _wait_for(port, process)
            yield Nginx(folder, port)
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


def rsyslogd(folder, templates, messages):
    """The files that rsyslogd wrote of messages, one for each of its templates, by the template's name."""
    port = _free_port(socket.SOCK_DGRAM)
    files = {name: folder / f"{name}.log" for name in templates}
    actions = "".join(f'  action(type="omfile" file="{file}" template="{name}")\n' for name, file in files.items())
    (folder / "rsyslog.conf").write_text(_RSYSLOGD.format(folder=folder, port=port, actions=actions))
    command = [RSYSLOGD, "-n", "-f", folder / "rsyslog.conf", "-i", folder / "rsyslogd.pid"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with socket.socket(type=socket.SOCK_DGRAM) as sender:
                # UDP tells nobody whether it was heard: the first message is sent until it arrives, maybe too often.
                _until(lambda: sender.sendto(messages[0], ("127.0.0.1", port)) and _lines(files) >= 1, process)
                before = _lines(files)
                for message in messages:
                    sender.sendto(message, ("127.0.0.1", port))
                _until(lambda: _lines(files) >= before + len(messages), process)
        finally:
            process.terminate()
            process.wait(timeout=20)
    return {
        name: b"".join(file.read_bytes().splitlines(keepends=True)[-len(messages) :]) for name, file in files.items()
    }


def _lines(files):
    """Lines that all of the files have."""
    return min(file.read_bytes().count(b"\n") if file.exists() else 0 for file in files.values())


def _until(happened, process):
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with status {process.returncode}")
        if happened():
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args[0]} wrote nothing for ten seconds")
