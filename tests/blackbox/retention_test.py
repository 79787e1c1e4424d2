"""What is past its time goes, as much as was said before, and nothing else."""
import contextlib
import datetime
import sqlite3
import unittest

from instance import Instance

NOW = datetime.datetime.now(datetime.timezone.utc)


def event(number, days):
    at = (NOW - datetime.timedelta(days=days)).isoformat().replace("+00:00", "Z")
    return {"id": f"e{number}", "source": "shop", "type": "transaction", "customer_id": f"new-{number % 7}",
            "occurred_at": at, "data": {"amount": 1}}


class Retention(unittest.TestCase):
    def setUp(self):
        self.boon = Instance()
        self.addCleanup(self.boon.close)

    def rows(self, result):
        return {kind["kind"]: kind["rows"] for kind in result["kinds"]}

    def number(self, sql):
        with contextlib.closing(sqlite3.connect(self.boon.home / "boon.db")) as database:
            return database.execute(sql).fetchone()[0]

    def test_goes_by_the_settings_and_the_dry_run_says_how_much(self):
        boon = self.boon
        boon.with_world(customers=200)
        for as_of in ("2025-06-30", "2025-12-31"):
            boon.run("features", "--as-of", as_of)
            boon.run("value", "update")
            boon.run("lifecycle", "update")
        boon.run("features")
        boon.run("value", "update")
        boon.run("lifecycle", "update")
        boon.environment = {"BOON_RETENTION_EVENTS_DAYS": "365", "BOON_RETENTION_PASTS_DAYS": "30",
                            "BOON_RETENTION_DECISIONS_DAYS": "90", "BOON_RETENTION_AUDIT_DAYS": "never"}
        boon.serve()
        sent = [event(number, 400) for number in range(1200)] + [event(number, 300) for number in range(1200, 1300)]
        self.assertEqual(boon.http("POST", "/api/v1/events", sent).json["accepted"], 1300)
        customer = boon.http("GET", "/api/v1/customers?limit=1").json["items"][0]["customer_id"]
        decided = boon.http("POST", "/api/v1/decisions", {"customer_id": customer}).json["decision_id"]
        boon.stop()
        ended = self.number("select count(*) from stays where exited_at is not null")
        points = self.number("select count(*) from value_history")
        self.assertGreater(ended, 0)
        with contextlib.closing(sqlite3.connect(boon.home / "boon.db")) as database:
            old = int((NOW - datetime.timedelta(days=500)).timestamp() * 1e6)
            changed = database.execute("update jobs set finished_at = ? where kind = 'lifecycle'", (old,)).rowcount
            database.commit()

        looked = boon.json("retention", "--dry-run")
        self.assertEqual(self.number("select count(*) from events"), 1300)
        went = boon.json("retention")
        self.assertEqual(self.rows(went), self.rows(looked))
        self.assertEqual(self.rows(looked)["events"], 1200)
        self.assertEqual(self.rows(looked)["decisions"], 0)
        self.assertEqual(self.rows(looked)["jobs"], changed)
        self.assertEqual(self.rows(looked)["audit"], 0)
        self.assertGreaterEqual(self.rows(looked)["pasts"], ended)
        self.assertEqual(self.number("select count(*) from events"), 100)
        self.assertEqual(self.number("select count(*) from stays where exited_at is not null"), 0)
        self.assertEqual(self.number("select count(*) from stays"),
                         self.number("select count(distinct customer_id) from stays"))
        # Each customer keeps the point that says where he stands.
        self.assertEqual(self.number("select count(distinct customer_id) from value_history"),
                         self.number("select count(*) from value_history"))
        self.assertLess(self.number("select count(*) from value_history"), points)
        self.assertEqual(self.number("select count(*) from stays_loose"), 0)
        self.assertEqual(self.rows(boon.json("retention", "--dry-run")), dict.fromkeys(self.rows(looked), 0))
        boon.serve()
        self.assertEqual(boon.http("GET", f"/api/v1/decisions/{decided}").status, 200)
        flows = boon.http("GET", "/api/v1/lifecycle/summary").json
        self.assertEqual(sum(stage["customers"] for stage in flows["stages"]) + flows["without_stage"],
                         flows["customers"])

    def test_a_number_of_days_that_is_none_stops_the_start(self):
        self.boon.init()
        code, _, said = self.boon.run("doctor", check=False, environment={"BOON_RETENTION_EVENTS_DAYS": "3"})
        self.assertNotEqual(code, 0)
        self.assertIn("expected a number of days from 30 to 36500, or never", said)


if __name__ == "__main__":
    unittest.main()
