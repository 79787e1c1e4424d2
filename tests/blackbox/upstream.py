"""The fake upstream (tests/upstream) for black-box tests: a child process, steered over HTTP."""
import contextlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request

FAKE = pathlib.Path(__file__).parents[1] / "upstream" / "fake.py"


class Upstream:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="boon-upstream-")
        self.child = subprocess.Popen(
            [sys.executable, "-B", FAKE, self.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ports = json.loads(self.child.stdout.readline())
        self.ca = self.ports["ca"]

    def url(self, server="http"):
        scheme = "http" if server in ("http", "dead") else "https"
        return f"{scheme}://127.0.0.1:{self.ports[server]}"

    def control(self, **steps):
        self.ask(steps)

    def requests(self, part=""):
        return [request for request in self.ask()["requests"] if part in request["target"]]

    def ask(self, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url() + "/control", data=data), timeout=60) as answer:
            return json.loads(answer.read())

    def close(self):
        self.child.stdin.close()
        self.child.wait(10)
        self.child.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def upstream():
    started = Upstream()
    try:
        yield started
    finally:
        started.close()
