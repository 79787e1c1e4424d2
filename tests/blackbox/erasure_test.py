"""An erased customer is nowhere any more, on either database, whatever is killed meanwhile, and does not come back."""
import contextlib
import datetime
import os
import pathlib
import shutil
import sqlite3
import subprocess
import threading
import time
import unittest

from instance import Instance
from postgres import PROGRAMS, postgres

NOW = datetime.datetime.now(datetime.timezone.utc)


def event(number, customer, **data):
    at = (NOW - datetime.timedelta(hours=number + 1)).isoformat().replace("+00:00", "Z")
    return {"id": f"e-{customer}-{number}", "source": "shop", "type": "transaction", "customer_id": customer,
            "occurred_at": at, "data": {"amount": 10, **data}}


class Tables:
    """Every value of every table, as text and bytes."""

    def __init__(self, boon):
        self.boon = boon

    def sqlite(self):
        file = self.boon.home / "boon.db"
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            names = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
            for name in names:
                for row in database.execute(f'select * from "{name}"'):
                    yield name, row

    def postgres(self, url):
        def ask(sql):
            return subprocess.check_output([PROGRAMS / "psql", "-At", "-F", "\x1f", "-R", "\x1e", "-c", sql, url])
        for name in ask("select tablename from pg_tables where schemaname = 'public'").decode().split("\x1e"):
            for row in ask(f'set bytea_output = escape; select * from "{name.strip()}"').split(b"\x1e"):
                yield name.strip(), row.split(b"\x1f")

    def naming(self, text):
        """The tables that have it somewhere."""
        url = self.boon.environment.get("BOON_DATABASE_URL")
        found, needle = set(), text.encode()
        for table, row in self.postgres(url) if url else self.sqlite():
            for value in row:
                raw = value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else b""
                if needle in raw:
                    found.add(table)
        return found


class Erasure:
    """Once for each database."""
    # One that is no part of any other id, and begins unlike its neighbours, so that packed ids show it whole.
    WHOM = "zoe-4711"

    def tearDown(self):
        self.stack.close()

    def when(self, holds, what, within=20):
        until = time.monotonic() + within
        while time.monotonic() < until:
            if holds():
                return
            time.sleep(0.02)
        self.fail(f"not within {within} s: {what}")

    def begin(self):
        boon = self.boon
        boon.with_world(customers=300)
        boon.run("value", "update")
        boon.run("lifecycle", "update")
        boon.serve()
        return boon

    def known(self, customer):
        return self.boon.http("GET", f"/api/v1/customers/{customer}").status == 200

    def live(self, customer=None):
        """Posts, decides, sets a stage by hand: something of every kind of table."""
        boon, customer = self.boon, customer or self.WHOM
        posted = boon.http("POST", "/api/v1/events", [event(number, customer) for number in range(20)])
        self.assertEqual(posted.json["accepted"], 20, posted.body)
        self.when(lambda: self.known(customer), "the customer is known")
        for number in range(3):
            body = {"customer_id": customer, "placement": "home", "channel": "app", "explain": True}
            decided = boon.http("POST", "/api/v1/decisions", body, headers={"Idempotency-Key": f"{customer}-{number}"})
            self.assertEqual(decided.status, 200, decided.body)
            shown = decided.json["offers"]
            if shown:
                outcome = {"decision_id": decided.json["decision_id"], "offer_id": shown[0]["offer_id"],
                           "kind": "clicked", "event_id": f"click-{customer}"}
                self.assertEqual(boon.http("POST", "/api/v1/outcomes", outcome).status, 200)
        path = f"/api/v1/customers/{customer}/lifecycle"
        by_hand = boon.http("PUT", path + "/override", {"stage": "growth", "note": f"{customer} called"})
        self.assertEqual(by_hand.status, 200, by_hand.body)
        # Packed, with all others.
        self.assertEqual(boon.job("value")["state"], "succeeded")
        self.assertEqual(boon.job("lifecycle")["state"], "succeeded")
        return decided.json["decision_id"]

    def test_nothing_is_left_and_nobody_comes_back(self):
        boon, whom = self.begin(), self.WHOM
        decision = self.live()
        tables = Tables(boon)
        before = tables.naming(whom)
        kinds = {"events", "profiles", "standings", "stays", "value_history", "stage_overrides", "change_feed",
                 "stays_packed", "value_history_packed", "audit_log"}
        self.assertLessEqual(kinds, before)
        self.assertTrue([table for table in before if table.startswith("decisions_")])
        size = boon.http("GET", "/api/v1/lifecycle/summary").json["customers"]

        began = time.monotonic()
        erased = boon.http("POST", f"/api/v1/customers/{whom}:erase")
        self.assertEqual(erased.status, 200, erased.body)
        self.assertEqual((erased.json["events"], erased.json["decisions"]), (20, 3), erased.body)
        self.assertGreaterEqual(erased.json["rows"], 24)
        self.when(lambda: not self.known(whom), "the profile is gone", within=2)
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(tables.naming(whom), set())
        self.assertFalse(whom in (boon.home / "erasures").read_text())
        self.assertEqual(boon.http("GET", "/api/v1/lifecycle/summary").json["customers"], size - 1)
        self.assertEqual(boon.http("GET", f"/api/v1/decisions/{decision}").status, 404)
        self.assertEqual(boon.http("GET", f"/api/v1/customers/{whom}/timeline").json["items"], [])

        # The audit log knows that, when and by whom, and is whole.
        self.assertTrue(boon.http("GET", "/api/v1/audit:verify").json["whole"])
        entries = boon.http("GET", f"/api/v1/audit?target=customers/{whom}").json["items"]
        self.assertEqual([entry["what"] for entry in entries], ["customers.erase"])
        self.assertEqual(entries[0]["after"]["decisions"], 3)
        by_hand = boon.http("GET", f"/api/v1/audit?target=customers/{whom}/lifecycle/override").json["items"]
        values = [(entry["erased"], entry["before"], entry["after"]) for entry in by_hand]
        self.assertEqual(values, [(True, None, None)])

        # Again, it finds nothing; somebody who never was is not found.
        again = boon.http("POST", f"/api/v1/customers/{whom}:erase")
        self.assertEqual((again.status, again.json["rows"], again.json["decisions"]), (200, 0, 0), again.body)
        self.assertEqual(boon.http("POST", "/api/v1/customers/nobody-at-all:erase").status, 404)

        # What comes later is not taken.
        posted = boon.http("POST", "/api/v1/events", [event(50, whom), event(51, "somebody-else")])
        self.assertEqual((posted.json["rejected"], posted.json["accepted"]), (1, 1), posted.body)
        self.assertEqual(posted.json["items"][0]["errors"][0]["pointer"], "/customer_id")
        body = {"customer_id": whom, "allow_unknown": True}
        self.assertEqual(boon.http("POST", "/api/v1/decisions", body).status, 404)
        self.assertEqual(tables.naming(whom), set())

        # Nor what the warehouse still has.
        listed = boon.http("GET", "/api/v1/customers?limit=1").json["items"][0]["customer_id"]
        boon.stop()
        code, out, _ = boon.run("customers", "erase", listed, check=False)
        self.assertEqual((code, out), (2, ""))
        self.assertIn("erased: ", boon.run("customers", "erase", listed, "--yes")[1])
        boon.run("features")
        boon.serve()
        self.assertFalse(self.known(listed))
        self.assertEqual(tables.naming(whom), set())
        self.assertEqual(boon.http("GET", "/api/v1/lifecycle/summary").json["customers"], size - 1)  # somebody-else came

    def test_killed_anywhere_it_is_gone_on_with(self):
        boon = self.begin()
        for round, pause in enumerate((0.0, 0.004, 0.012, 0.03, 0.08)):
            whom = f"zoe-{4711 + round}"
            self.live(whom)

            def erase():
                with contextlib.suppress(Exception):  # it is killed
                    boon.http("POST", f"/api/v1/customers/{whom}:erase")
            thread = threading.Thread(target=erase)
            thread.start()
            time.sleep(pause)
            boon.kill()
            thread.join()
            boon.serve()
            tables = Tables(boon)
            if self.known(whom):  # it had not begun
                self.assertEqual(boon.http("POST", f"/api/v1/customers/{whom}:erase").status, 200)
            # An erasure that had begun is finished before anybody is served, but for what names in passing.
            self.assertEqual(boon.http("POST", f"/api/v1/customers/{whom}:erase").json["rows"], 0)
            self.assertEqual(tables.naming(whom), set(), f"round {round}")
            self.assertTrue(boon.http("GET", "/api/v1/audit:verify").json["whole"])


class OnSqlite(Erasure, unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.boon = Instance()
        self.stack.callback(self.boon.close)

    def test_a_restored_backup_brings_nobody_back(self):
        boon = self.begin()
        self.live()
        boon.stop()
        backup = boon.root / "backup.db"
        with contextlib.closing(sqlite3.connect(boon.home / "boon.db")) as source:
            with contextlib.closing(sqlite3.connect(backup)) as target:
                source.backup(target)
        boon.run("customers", "erase", self.WHOM, "--yes")
        self.assertEqual(Tables(boon).naming(self.WHOM), set())

        for name in ("boon.db", "boon.db-wal", "boon.db-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(boon.home / name)
        shutil.copy(backup, boon.home / "boon.db")
        self.assertTrue(Tables(boon).naming(self.WHOM))
        aside = boon.home / "erasures"
        aside.rename(boon.root / "erasures")
        code, _, said = boon.run("serve", "--port", "0", check=False)
        self.assertNotEqual(code, 0)
        self.assertIn("says who was erased, is not there", said)
        (boon.root / "erasures").rename(aside)
        boon.serve()
        self.assertFalse(self.known(self.WHOM))
        self.assertEqual(Tables(boon).naming(self.WHOM), set())

        # Lost for good: that is said, and accepted.
        boon.stop()
        aside.unlink()
        boon.run("migrate", "--erasures-lost")
        boon.serve()


class OnPostgres(Erasure, unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        url = self.stack.enter_context(postgres())
        self.boon = Instance()
        self.stack.callback(self.boon.close)
        self.boon.environment = {"BOON_DATABASE_URL": url}

    def test_another_server_forgets_within_two_seconds(self):
        boon = self.begin()
        self.live()
        # The same instance from another folder, as another server has it.
        other = Instance()
        self.stack.callback(other.close)
        other.home.mkdir(parents=True)
        for name in ("boon.toml", "warehouse.toml", "secret.key", "erasures", "features.json"):
            if (boon.home / name).exists():
                shutil.copy(boon.home / name, other.home / name)
        other.environment, other.key = boon.environment, boon.key
        other.serve()
        path = f"/api/v1/customers/{self.WHOM}"
        self.assertEqual(other.http("GET", path).status, 200)
        self.assertEqual(boon.http("POST", path + ":erase").status, 200)
        self.when(lambda: other.http("GET", path).status == 404, "the other server forgets", within=2)
        posted = other.http("POST", "/api/v1/events", [event(60, self.WHOM)])
        self.assertEqual(posted.json["rejected"], 1, posted.body)
        self.assertEqual(Tables(boon).naming(self.WHOM), set())


if __name__ == "__main__":
    unittest.main()
