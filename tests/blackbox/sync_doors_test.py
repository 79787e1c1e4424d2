"""The sync through its doors: a source of files, from adding it to approving a run, and where its secrets are."""
import json
import re
import sqlite3
import time
import unittest

from instance import instance


def offers(count, word="Offer"):
    return [{"id": f"x{i}", "name": f"{word} {i}", "value": "2.50"} for i in range(count)]


class SyncDoors(unittest.TestCase):
    def shop(self, boon, rows):
        """An instance with the file source `shop`."""
        boon.init()
        (boon.home / "sync").mkdir()
        self.write(boon, rows)
        boon.run("sync", "add", "shop", "--kind", "file", "--url", "shop.json")

    def write(self, boon, rows):
        (boon.home / "sync" / "shop.json").write_text(json.dumps(rows))

    def rows(self, boon):
        """The catalogue as it is stored, versions and times included."""
        with sqlite3.connect(boon.home / "boon.db") as database:
            database.row_factory = sqlite3.Row
            rows = [dict(row) for row in database.execute("select * from current_offers order by offer_id")]
        database.close()
        return rows

    def refused(self, boon, *arguments, code, words, environment=None):
        status, _, problem = boon.run(*arguments, check=False, environment=environment)
        self.assertEqual(status, code, problem)
        for word in words:
            self.assertIn(word, problem)

    def test_from_the_first_run_to_an_approval(self):
        with instance() as boon:
            self.shop(boon, offers(10))
            _, table, _ = boon.run("sync", "explain", "shop")
            self.assertRegex(table, r"name\s+upstream\s+/name\s+.*Offer 0")
            self.assertRegex(table, r"weight\s+boon\s+\(never written by a sync\)")
            self.assertRegex(table, r"external_offer_id\s+upstream\s+the record's id\s+x0")
            self.assertRegex(table, r'external_system\s+upstream\s+always "shop"')
            self.assertRegex(table, r"offer_id\s+boon\s+given once: the next free one")

            _, dry, hint = boon.run("sync", "run", "shop", "--dry-run")
            self.assertIn("would be 10 created, 0 updated, 0 unchanged, 0 withdrawn, 0 rejected", dry)
            self.assertIn("next: boon sync run shop", hint)
            self.assertEqual(self.rows(boon), [])

            self.assertIn("succeeded: 10 created", boon.run("sync", "run", "shop")[1])
            first = self.rows(boon)
            self.assertEqual([o["name"] for o in first], [f"Offer {i}" for i in range(10)])
            self.assertIn("nothing has changed", boon.run("sync", "run", "shop")[1])
            self.assertIn("0 created, 0 updated, 10 unchanged", boon.run("sync", "run", "shop", "--full")[1])
            self.assertEqual(self.rows(boon), first)

            rows = offers(7) + [{"id": "bad", "name": ""}]
            rows[0]["name"] = "Renamed"
            self.write(boon, rows)
            _, text, hint = boon.run("sync", "run", "shop")
            self.assertIn("needs_approval", text)
            self.assertIn("it would take 3 of 10 live offers from customers (30.0 %)", text)
            run = re.search(r"boon sync approve ([0-9a-f-]{36})", hint).group(1)
            self.assertEqual(self.rows(boon), first)
            _, shown, _ = boon.run("sync", "show", run)
            self.assertRegex(shown, r'updated\s+x0\s+0\s+Renamed\s+name: "Offer 0" → "Renamed"')
            self.assertRegex(shown, r"withdrawn\s+x9\s+9\s+Offer 9\s+upstream no longer has it")
            self.assertIn("decisions of the last 24 hours showed", shown)
            _, csv, _ = boon.run("sync", "show", run, "--rejects-csv")
            self.assertEqual(csv.splitlines()[1:], ["bad,,/name: is missing (looked for at /name)"])

            self.assertIn("succeeded", boon.run("sync", "approve", run)[1])
            after = self.rows(boon)
            self.assertEqual([o["is_active"] for o in after], [1] * 7 + [0] * 3)
            self.assertEqual(after[0]["name"], "Renamed")
            self.refused(boon, "sync", "approve", run, code=5, words=["does not wait for approval"])
            self.assertIn(run, boon.run("sync", "runs", "shop")[1])

    def test_what_is_wrong_is_said(self):
        with instance() as boon:
            self.shop(boon, offers(1))
            self.assertIn("/name", boon.run("sync", "explain", "hubspot")[1])  # a kind, before there is a source of it
            boon.run("sync", "explain", "manual")
            self.refused(boon, "sync", "run", "shob", code=4, words=["no source `shob`", "did you mean `shop`?"])
            self.refused(boon, "sync", "add", "shop", "--kind", "file", code=5, words=["a source `shop` already"])
            self.refused(boon, "sync", "add", "evil", "--kind", "file", "--option", "colour=red", code=2,
                         words=["/options/colour", "is not a known field"])
            for url in ("https://ann:s3cret@bss.example/api", "bss.example", "https://bss.example/api?key=1"):
                self.refused(boon, "sync", "add", "xiva", "--kind", "xiva", "--url", url, code=2,
                             words=["/base_url", "without user, password"])
            self.refused(boon, "sync", code=2, words=["XIVA_API_", "/base_url"],
                         environment={"XIVA_API_BASE_URL": "https://ann:s3cret@bss.example/api"})
            boon.run("sync", "add", "outside", "--kind", "file", "--url", "/etc/hostname")
            self.refused(boon, "sync", "run", "outside", code=6, words=["outside the folders that a source may read"])
            for words in (("runs",), ()):  # the runs, and the last one of each source
                self.assertRegex(boon.run("sync", *words)[1], r"failed\s.*/etc/hostname is outside the folders")
            (boon.home / "sync" / "shop.json").write_text('[{"id": 1')
            self.refused(boon, "sync", "run", "shop", code=6, words=["shop.json"])
            self.assertEqual(self.rows(boon), [])
            self.refused(boon, "sync", code=2, words=["BOON_CRM_KIND is not set", "salesforce, hubspot or dataverse"],
                         environment={"OFFER_SYNC_SOURCE": "crm"})
            self.refused(boon, "sync", code=2, words=["OFFER_SYNC_INTERVAL", "`often`", "seconds"],
                         environment={"OFFER_SYNC_INTERVAL": "often"})

    def test_a_dry_run_names_the_audiences_that_lose_offers(self):
        with instance() as boon:
            rows = [{"id": f"x{i}", "name": f"Offer {i}", "target_segment": "growing"} for i in range(2)]
            self.shop(boon, rows)
            boon.serve()
            audience = {"name": "growing", "rule": {"==": [{"var": "stage"}, "growth"]}}
            self.assertEqual(boon.http("POST", "/api/v1/audiences", audience).status, 201)
            boon.run("sync", "run", "shop")

            def impact(rows):
                self.write(boon, rows)
                boon.run("sync", "run", "shop", "--dry-run", "--full")
                found = boon.http("GET", "/api/v1/sync/runs?limit=1").json["items"][0]["impact"]
                return [one["words"] for one in found if one["what"] == "audiences"]

            aimed_elsewhere = {**rows[1], "target_segment": "new"}
            self.assertEqual(
                impact([rows[0], aimed_elsewhere]),
                ["the audience growing (0 customers) loses 1 of its 2 live offers"],
            )
            self.assertEqual(impact([{**rows[0], "name": "Other"}, rows[1]]), [])
            self.assertEqual(
                impact([offers(1)[0]]),
                ["the audience growing (0 customers) loses the last of its live offers: 2"],
            )

    def test_the_settings_may_name_another_crm(self):
        hubspot = {"OFFER_SYNC_SOURCE": "crm", "BOON_CRM_KIND": "hubspot", "BOON_CRM_BASE_URL": "https://hub.example",
                   "BOON_CRM_TOKEN": "t"}
        salesforce = {"OFFER_SYNC_SOURCE": "crm", "BOON_CRM_KIND": "salesforce", "BOON_CRM_CLIENT_SECRET": "s",
                      "BOON_CRM_BASE_URL": "https://sales.example", "BOON_CRM_OPTIONS": '{"client_id":"k"}'}
        with instance() as boon:
            boon.init()
            for settings in (hubspot, salesforce, hubspot):
                shown = boon.run("sync", environment=settings)[1]
                self.assertIn(settings["BOON_CRM_KIND"], shown)
                self.assertIn(settings["BOON_CRM_BASE_URL"], shown)
            # Not a person's own.
            boon.run("sync", "remove", "crm")
            boon.run("sync", "add", "crm", "--kind", "file", "--url", "shop.json")
            self.refused(boon, "sync", code=5, words=["which a person added", "take the settings away"],
                         environment=hubspot)

    def test_what_comes_from_elsewhere_does_not_steer_the_terminal(self):
        with instance() as boon:
            name = "\x1b[31mred\u202e\x07\u009b1m\nnext"
            self.shop(boon, [{"id": "c\x1b[2J", "name": name}, {"id": "\x1b]0;t\x07", "name": ""}])
            boon.run("sync", "run", "shop")
            run = boon.json("sync", "runs")["items"][0]["id"]
            for words in (("sync", "explain", "shop"), ("sync", "show", run), ("offers",)):
                text = boon.run(*words)[1]
                self.assertIn("\ufffd[31mred\ufffd\ufffd\ufffd1m next", text)
                for obeyed in "\x1b\x07\u202e\u009b":
                    self.assertNotIn(obeyed, text, words)
            offer = boon.json("offers")["items"][0]["offer_id"]
            text = boon.run("offers", "show", str(offer))[1]
            self.assertIn("\ufffd[31mred\ufffd\ufffd\ufffd1m\nnext", text)
            for obeyed in "\x1b\x07\u202e\u009b":
                self.assertNotIn(obeyed, text)

    def test_a_secret_is_nowhere_to_be_read(self):
        secret = "correct-horse-battery-staple"
        with instance() as boon:
            self.shop(boon, offers(1))
            path = boon.root / "token"
            path.write_text(secret + "\n")
            output = "".join(boon.run("sync", "set", "shop", "--secret", f"token={path}")[1:])
            boon.serve()
            answer = boon.http("GET", "/api/v1/sync/sources/shop")
            self.assertEqual(answer.json["secrets_set"], ["token"])
            stale = boon.http("PATCH", "/api/v1/sync/sources/shop", {"interval_s": 600}, headers={"If-Match": '"1"'})
            self.assertEqual(stale.status, 412)
            none = boon.http("PATCH", "/api/v1/sync/sources/shop", {"interval_s": 600})
            self.assertEqual(none.status, 428)
            changed = boon.http("PATCH", "/api/v1/sync/sources/shop", {"interval_s": 600, "secrets": {"token": secret}},
                                headers={"If-Match": answer.headers["ETag"]})
            self.assertEqual(changed.status, 200, changed.body)
            # An answer can be sent back as it came, and its secrets stay.
            back = boon.http("PUT", "/api/v1/sync/sources/shop", changed.json,
                             headers={"If-Match": changed.headers["ETag"]})
            self.assertEqual(back.status, 200, back.body)
            self.assertEqual(back.json["secrets_set"], ["token"])
            started = boon.http("POST", "/api/v1/sync/sources/shop/runs", {"dry_run": True})
            self.assertEqual(started.status, 202)
            for _ in range(200):
                run = boon.http("GET", started.headers["Location"]).json
                if run["state"] not in ("queued", "running"):
                    break
                time.sleep(0.05)
            self.assertEqual(run["state"], "succeeded")
            audit = boon.run("sync", "rotate-secrets")
            self.assertIn("1 secrets sealed anew", audit[2])
            seen = output + str(answer.body) + str(changed.body) + str(back.body) + "".join(map(str, audit))
            self.assertEqual(boon.http("GET", "/api/v1/sync/sources/shop").json["secrets_set"], ["token"])
            boon.stop()
            seen += (boon.root / "server.log").read_text()
            self.assertNotIn(secret, seen)
            for file in boon.home.rglob("*"):
                if file.is_file():
                    self.assertNotIn(secret.encode(), file.read_bytes(), file)
            self.assertEqual((boon.home / "secret.key").stat().st_mode & 0o777, 0o600)

    def test_it_runs_by_itself(self):
        with instance() as boon:
            self.shop(boon, offers(3))
            boon.run("sync", "set", "shop", "--schedule")
            boon.serve()
            for _ in range(200):
                if len(boon.http("GET", "/api/v1/offers").json["items"]) == 3:
                    break
                time.sleep(0.1)
            else:
                self.fail("the source did not run by itself")
            runs = boon.http("GET", "/api/v1/sync/runs").json["items"]
            self.assertEqual([run["started_by"] for run in runs], ["schedule"])

    def test_a_key_that_is_not_one_stops_the_start_and_is_not_shown(self):
        with instance() as boon:
            boon.init()
            self.refused(boon, "sync", code=2, words=["BOON_SECRET_KEY", "hexadecimal"],
                         environment={"BOON_SECRET_KEY": "hunter2hunter2"})
            _, _, problem = boon.run("sync", check=False, environment={"BOON_SECRET_KEY": "hunter2hunter2"})
            self.assertNotIn("hunter2", problem)


if __name__ == "__main__":
    unittest.main()
