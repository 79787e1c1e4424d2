"""A PostgreSQL server of the test's own, in a temporary folder, on a Unix socket."""
import contextlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

from instance import Instance

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")


def unprivileged(command):
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT", *command]


@contextlib.contextmanager
def postgres():
    """The URL of an empty database."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="boon-pg-"))
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    server = None
    try:
        with open(folder / "log", "w") as log:
            def run(program, *arguments):
                command = unprivileged([str(PROGRAMS / program), *map(str, arguments)])
                return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)

            data = folder / "data"
            made = run("initdb", "-D", data, "-U", "boon", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            if made.wait(120) != 0:
                raise AssertionError((folder / "log").read_text())
            server = run("postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "shared_buffers=32MB")
        for _ in range(600):
            ready = subprocess.run([PROGRAMS / "pg_isready", "-q", "-h", folder, "-U", "boon"], check=False)
            if ready.returncode == 0:
                break
            time.sleep(0.1)
        else:
            raise AssertionError((folder / "log").read_text())
        yield f"postgresql:///postgres?user=boon&host={folder}"
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def two_servers(*scopes):
    """Two servers with folders of their own over one database; both have a key with the scopes."""
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(postgres())
        first, second = Instance(), Instance()
        for boon in (first, second):
            stack.callback(boon.close)
            boon.init()
            settings = boon.home / "boon.toml"
            settings.write_text(f'database_url = "{url}"\n' + settings.read_text())
        second.environment = {"BOON_ERASURES_FILE": str(first.home / "erasures")}
        made = json.loads(first.run("--json", "keys", "create", "both", "--scope", *scopes)[1])
        first.key = second.key = made["key"]
        first.serve()
        second.serve()
        yield first, second
