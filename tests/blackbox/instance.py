"""A boon instance in a temporary folder, driven as its users drive it: by the command line and over HTTP."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

BINARY = pathlib.Path(os.environ["BOON_BINARY"])


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Instance:
    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="boon-test-"))
        self.home = self.root / "instance"
        self.server = None
        self.key = None
        self.environment = {}  # of every command

    def close(self):
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def run(self, *arguments, check=True, environment=None, timeout=600):
        """The command's exit code, standard output and standard error."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BOON_")}
        done = subprocess.run(
            [BINARY, "--home", self.home, *map(str, arguments)],
            capture_output=True, text=True, timeout=timeout, env={**clean, **self.environment, **(environment or {})},
        )
        if check and done.returncode != 0:
            command = " ".join(map(str, arguments))
            raise AssertionError(f"boon {command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.returncode, done.stdout, done.stderr

    def json(self, *arguments):
        return json.loads(self.run("--json", *arguments)[1])

    def init(self, *arguments):
        self.key = self.run("init", *arguments)[1].strip()

    def with_world(self, customers=3000, seed=7):
        """A whole small instance: world, offers, features; nothing trained."""
        self.init()
        self.run("world", "--customers", customers, "--seed", seed, "--out", self.home / "data", "--configure")
        self.run("import", "offers", self.home / "data" / "offers.json")
        self.run("features")
        return self

    def serve(self, environment=None):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BOON_")}
        self.log = open(self.root / "server.log", "w+")
        self.server = subprocess.Popen(
            [BINARY, "--home", self.home, "serve", "--port", "0"],
            env={**clean, "BOON_HTTP_METRICS_PORT": "0", **self.environment, **(environment or {})},
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        line = self.server.stdout.readline()
        if "http://" not in line:
            self.log.seek(0)
            raise AssertionError(f"the server did not start: {line}{self.log.read()}")
        self.url = line.split()[-1].strip()
        return self

    def kill(self):
        """Ends the server as a power cut would."""
        self.server.kill()
        self.server.wait(30)
        self.server.stdout.close()
        self.log.close()
        self.server = None

    def stop(self):
        if self.server is None:
            return None
        self.server.send_signal(signal.SIGTERM)
        code = self.server.wait(30)
        self.server.stdout.close()
        self.log.close()
        self.server = None
        return code

    def http(self, method, path, body=None, key=None, headers=None, whole=True):
        """`whole`: reads the body, too; not of an answer that is streamed."""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if key != "":
            request.add_header("Authorization", f"Bearer {key or self.key}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read() if whole else b"")
        except urllib.error.HTTPError as problem:
            return Answer(problem.code, problem.headers, problem.read())

    def job(self, kind, parameters=None):
        """Starts a job over HTTP and waits for its end."""
        job = self.http("POST", "/api/v1/jobs", {"kind": kind, "parameters": parameters or {}})
        assert job.status == 202, job.body
        path = f"/api/v1/jobs/{job.json['id']}"
        for _ in range(3000):
            state = self.http("GET", path).json
            if state["state"] in ("succeeded", "failed", "cancelled"):
                return state
            time.sleep(0.1)
        raise AssertionError(f"{kind} did not end")


@contextlib.contextmanager
def instance():
    made = Instance()
    try:
        yield made
    finally:
        made.close()
