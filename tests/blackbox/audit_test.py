"""Every change is in the audit log: who, what, which, before, after; and a log that was tampered with says so."""
import json
import sqlite3
import unittest

from instance import Instance, instance


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.init()
        cls.boon.serve()

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def audit(self, query=""):
        answer = self.boon.http("GET", "/api/v1/audit" + query)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def test_an_offers_life(self):
        made = self.boon.http("POST", "/api/v1/offers", {"name": "Watched", "weight": 1, "status": "draft"})
        path, target = made.headers["Location"], f"offers/{made.json['offer_id']}"
        changed = self.boon.http("PATCH", path, {"weight": 2}, headers={"If-Match": made.headers["ETag"]})
        self.assertEqual(self.boon.http("POST", path + ":activate").status, 200)
        self.assertEqual(self.boon.http("POST", path + ":activate").status, 200)  # changes nothing
        etag = self.boon.http("GET", path).headers["ETag"]
        self.assertEqual(self.boon.http("DELETE", path, headers={"If-Match": etag}).status, 200)
        entries = self.audit(f"?target={target}")["items"]
        self.assertEqual(
            [entry["what"] for entry in entries], ["offers.delete", "offers.activate", "offers.change", "offers.create"]
        )
        create, change, activate, delete = reversed(entries)
        self.assertIsNone(create["before"])
        self.assertEqual(create["after"], made.json)
        self.assertEqual((change["before"], change["after"]), (made.json, changed.json))
        self.assertEqual((activate["before"]["status"], activate["after"]["status"]), ("draft", "live"))
        self.assertEqual((delete["before"]["status"], delete["after"]["status"]), ("live", "retired"))
        keys = self.boon.http("GET", "/api/v1/keys").json["items"]
        self.assertEqual({entry["who"] for entry in entries}, {"key:" + keys[0]["id"]})

    def test_what_was_refused_is_not_in_it(self):
        before = self.audit()["items"][0]["seq"] if self.audit()["items"] else 0
        self.assertEqual(self.boon.http("POST", "/api/v1/offers", {"name": ""}).status, 400)
        self.assertEqual(self.boon.http("POST", "/api/v1/offers/999999:pause").status, 404)
        self.boon.http("GET", "/api/v1/offers")
        after = self.audit()["items"][0]["seq"] if self.audit()["items"] else 0
        self.assertEqual(before, after)

    def test_what_changes_nothing_is_not_in_it(self):
        made = self.boon.http("POST", "/api/v1/offers", {"name": "Twice"}).json
        rows = [{"offer_id": made["offer_id"], "name": "Thrice"}]
        edit = {"ids": [made["offer_id"]], "patch": {"weight": 3}}
        before = self.audit()["items"][0]["seq"]
        for path, body in (
            ("/api/v1/offers:import?dry_run=true", rows),
            ("/api/v1/offers:import", [{"offer_id": made["offer_id"], "name": "Twice"}]),  # it is so already
            ("/api/v1/offers:import", [*rows, {"name": ""}]),  # all or nothing
            ("/api/v1/offers:bulk", {**edit, "dry_run": True}),
        ):
            with self.subTest(path=path, body=body):
                answer = self.boon.http("POST", path, body)
                self.assertEqual(answer.status, 200, answer.body)
                self.assertEqual(self.audit()["items"][0]["seq"], before)
        self.assertTrue(self.boon.http("POST", "/api/v1/offers:bulk", edit).json["written"])
        self.assertTrue(self.boon.http("POST", "/api/v1/offers:import", rows).json["written"])
        self.assertEqual([entry["what"] for entry in self.audit()["items"][:2]], ["offers.import", "offers.bulk"])

    def test_keys_jobs_and_imports(self):
        made = self.boon.http("POST", "/api/v1/keys", {"name": "k", "scopes": ["read"]}).json
        self.assertEqual(self.boon.http("DELETE", f"/api/v1/keys/{made['id']}").status, 204)
        entries = self.audit(f"?target=keys/{made['id']}")["items"]
        self.assertEqual([entry["what"] for entry in entries], ["keys.revoke", "keys.create"])
        self.assertNotIn(made["key"], json.dumps(entries))
        job = self.boon.http("POST", "/api/v1/jobs", {"kind": "features", "parameters": {}}).json
        self.assertEqual(self.audit(f"?target=jobs/{job['id']}")["items"][-1]["what"], "jobs.create")
        report = self.boon.http("POST", "/api/v1/offers:import", [{"name": "Imported"}])
        self.assertEqual(self.audit("?what=offers.import")["items"][0]["after"], report.json)

    def test_filters_and_pages(self):
        for i in range(3):
            self.boon.http("POST", "/api/v1/offers", {"name": f"Page {i}"})
        first = self.audit("?what=offers.create&limit=2")
        self.assertEqual(len(first["items"]), 2)
        second = self.audit(f"?what=offers.create&limit=2&cursor={first['next_cursor']}")
        self.assertLess(second["items"][0]["seq"], first["items"][-1]["seq"])
        self.assertEqual(self.audit("?who=nobody")["items"], [])
        self.assertEqual(self.audit("?to=2020-01-01")["items"], [])
        self.assertTrue(self.audit("?from=2020-01-01")["items"])
        self.assertEqual(self.boon.http("GET", "/api/v1/audit?from=yesterday").status, 400)

    def test_only_an_administrator_reads_it(self):
        reader = self.boon.http("POST", "/api/v1/keys", {"name": "r", "scopes": ["read", "write"]}).json["key"]
        self.assertEqual(self.boon.http("GET", "/api/v1/audit", key=reader).status, 403)


class Tampering(unittest.TestCase):
    def test_the_broken_link_is_named(self):
        with instance() as boon:
            boon.init()
            for i in range(3):
                boon.run("import", "offers", self.offers(boon, f"Offer {i}"))
            entries = boon.json("audit")["items"]
            self.assertEqual([entry["what"] for entry in entries], ["offers.import"] * 3 + ["keys.create"])
            self.assertEqual(entries[0]["who"], "local:the command line")
            self.assertIn("4 entries", boon.run("audit", "--verify")[1])
            self.assertEqual(self.check(boon)["health"], "ok")
            with sqlite3.connect(boon.home / "boon.db") as database:
                database.execute("update audit_log set who = 'somebody else' where seq = 2")
            database.close()
            code, _, problem = boon.run("audit", "--verify", check=False)
            self.assertEqual(code, 5, problem)
            self.assertIn("broken at entry 2: it was changed", problem)
            self.assertEqual(self.check(boon)["health"], "error")
            self.assertIn("entry 2", self.check(boon)["words"])
            with sqlite3.connect(boon.home / "boon.db") as database:
                database.execute("delete from audit_log where seq = 2")
            database.close()
            self.assertIn("entry 2 is missing", self.check(boon)["words"])

    def offers(self, boon, name):
        path = boon.root / "offers.json"
        path.write_text(json.dumps([{"name": name}]))
        return path

    def check(self, boon):
        return next(check for check in boon.json("doctor")["items"] if check["part"] == "audit")


if __name__ == "__main__":
    unittest.main()
