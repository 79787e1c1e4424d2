"""A database that another holds, or that has no room left: said in words, nothing acknowledged that is not there."""
import contextlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import unittest

from instance import BINARY, instance


@contextlib.contextmanager
def held(path):
    """Another process has the database for itself."""
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("begin exclusive")
        yield
    finally:
        database.close()


def offers_file(boon, count=1, text="a"):
    path = boon.root / "offers.json"
    path.write_text(json.dumps([{"name": f"Offer {i}", "description": text} for i in range(count)]))
    return path


class DatabaseFaults(unittest.TestCase):
    def test_a_database_that_another_process_has_locked(self):
        with instance() as boon:
            boon.init()
            with held(boon.home / "boon.db"):
                code, _, problem = boon.run("import", "offers", offers_file(boon), check=False)
            self.assertEqual(code, 6, problem)
            self.assertIn("boon.db", problem)
            self.assertIn("locked by another process", problem)
            self.assertIn("hint:", problem)
            self.assertEqual(boon.json("offers")["items"], [])
            boon.run("import", "offers", offers_file(boon))
            self.assertEqual(len(boon.json("offers")["items"]), 1)

    def test_a_disk_without_room(self):
        """A limit on the size of files stands for the full disk."""
        with instance() as boon:
            boon.init()
            boon.run("import", "offers", offers_file(boon))
            many = offers_file(boon, count=4000, text="b" * 2000)
            limit = (boon.home / "boon.db").stat().st_size + 512 * 1024

            def small_files():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

            done = subprocess.run(
                [BINARY, "--home", boon.home, "import", "offers", many], capture_output=True, text=True,
                preexec_fn=small_files, timeout=120,
                env={name: value for name, value in os.environ.items() if not name.startswith("BOON_")},
            )
            self.assertEqual(done.returncode, 6, done.stdout + done.stderr)
            self.assertIn("hint:", done.stderr)
            self.assertIn("boon.db", done.stderr)
            # What was there is there; of the refused import, nothing.
            self.assertEqual([offer["name"] for offer in boon.json("offers")["items"]], ["Offer 0"])
            boon.run("import", "offers", offers_file(boon, count=2))
            self.assertEqual(len(boon.json("offers")["items"]), 3)


if __name__ == "__main__":
    unittest.main()
