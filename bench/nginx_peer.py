"""What the HTTP benchmarks share: nginx serving a static file on loopback, and one run of wrk."""
import os
import re
import shutil
import socket
import subprocess
import sys
import time


def require(*tools):
    for tool in tools:
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing\nhint: tools/install-deps")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nothing listens on 127.0.0.1:{port}")


def start_nginx(folder, body, workers=1):
    """nginx at its fastest for a small file: open_file_cache on, no access log, keep-alive without end. /index.json is
    the file; a POST is answered with it, too (`error_page 405`); /return has the body (letters only) in the
    configuration. Gives the process, its workers' ids, and the port."""
    port = free_port()
    os.makedirs(f"{folder}/www")
    with open(f"{folder}/www/index.json", "w") as file:
        file.write(body)
    with open(f"{folder}/nginx.conf", "w") as file:
        file.write(f"""
{"user root;" if os.getuid() == 0 else ""} worker_processes {workers}; daemon off;
pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000; tcp_nodelay on; default_type application/json;
  open_file_cache max=10; open_file_cache_valid 60s;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port}{" reuseport" if workers > 1 else ""}; root {folder}/www;
    error_page 405 =200 $uri;
    location /return {{ return 200 "{body}"; }}
  }}
}}
""")
    process = subprocess.Popen(["nginx", "-c", f"{folder}/nginx.conf", "-p", folder], stderr=subprocess.DEVNULL)
    wait_for(port)
    children = []
    while len(children) < workers:
        with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
            children = [int(child) for child in file.read().split()]
    return process, children, port


def cpu_seconds(pids):
    seconds = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


class Run:
    """rate: answers a second; cpu_us: the server's CPU time for one; p50_ms, p99_ms; failed: answers that were not 2xx,
    and broken connections."""

    def __init__(self, url, pids, *, threads=1, connections=64, seconds=5, script=None, arguments=()):
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency"]
        command += (["-s", script] if script else []) + [url] + (["--", *arguments] if arguments else [])
        before = cpu_seconds(pids)
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        used = cpu_seconds(pids) - before
        count = int(re.search(r"(\d+) requests in", out)[1])
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
        self.cpu_us = used / max(count, 1) * 1e6
        self.p50_ms, self.p99_ms = (
            milliseconds(re.search(rf"^ +{share}%\s+(\S+)", out, re.MULTILINE)[1]) for share in (50, 99)
        )
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", out)
        self.failed = (int(refused[1]) if refused else 0) + (sum(map(int, broken.groups())) if broken else 0)
        self.out = out
