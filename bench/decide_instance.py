"""What the benchmarks of decisions over HTTP share: an instance with a synthetic world, and its server."""
import contextlib
import os
import pathlib
import subprocess
import sys

SCRIPT = str(pathlib.Path(__file__).with_name("decide.lua"))


def make_instance(boon, home, customers):
    def run(*words):
        return subprocess.run([boon, "--home", home, *words], check=True, stdout=subprocess.PIPE, text=True).stdout

    with open(f"{home}.key", "w") as file:
        file.write(run("init").strip())
    run("world", "--customers", str(customers), "--seed", "1", "--out", f"{home}/data", "--configure")
    run("import", "offers", f"{home}/data/offers.json")
    run("features")
    run("train", "nbo")


@contextlib.contextmanager
def serving(boon, home, ledger, threads):
    """`boon serve`; gives its process id and its URL."""
    command = [boon, "--home", home, "serve", "--port", "0", "--threads", str(threads), "--ledger", ledger]
    environment = os.environ | {"BOON_HTTP_METRICS_PORT": "0"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )
    try:
        line = process.stdout.readline()
        if "http://" not in line:
            sys.exit(f"`{' '.join(command)}` does not serve")
        yield process.pid, line.split()[-1]
    finally:
        process.terminate()
        process.wait()
