"""What docs/backup.md says: copied while the server works, restored into an empty folder of the same path."""
import contextlib
import shutil
import sqlite3
import threading
import unittest

from instance import instance


class Backup(unittest.TestCase):
    def test_an_instance_comes_back_as_it_was_copied(self):
        with instance() as boon:
            boon.with_world(customers=3000)
            boon.run("train", "churn")
            customer = boon.json("customers")["items"][0]["customer_id"]
            boon.serve()
            decided = []
            stop = threading.Event()

            def decide():
                while not stop.is_set():
                    answer = boon.http("POST", "/api/v1/decisions", {"customer_id": customer, "limit": 1})
                    decided.append(answer.status)

            asker = threading.Thread(target=decide)
            asker.start()
            kept = boon.root / "backup"
            kept.mkdir()
            with contextlib.closing(sqlite3.connect(boon.home / "boon.db")) as source:
                with contextlib.closing(sqlite3.connect(kept / "boon.db")) as target:
                    source.backup(target)
            shutil.copytree(boon.home / "models", kept / "models")
            for path in [*boon.home.glob("*.toml"), *boon.home.glob("*.json")]:
                shutil.copy2(path, kept)
            shutil.copytree(boon.home / "data", kept / "data")
            for name in ("secret.key", "erasures"):
                shutil.copy2(boon.home / name, kept)
            churn = boon.http("GET", f"/api/v1/customers/{customer}/predictions/churn").json
            stop.set()
            asker.join()
            self.assertEqual(set(decided), {200})
            boon.stop()

            shutil.rmtree(boon.home)
            shutil.copytree(kept, boon.home)
            checks = boon.json("doctor")["items"]
            self.assertNotIn("error", [check["health"] for check in checks], checks)
            boon.serve()
            self.assertEqual(boon.http("GET", f"/api/v1/customers/{customer}/predictions/churn").json, churn)
            self.assertEqual(boon.http("POST", "/api/v1/decisions", {"customer_id": customer}).status, 200)


if __name__ == "__main__":
    unittest.main()
