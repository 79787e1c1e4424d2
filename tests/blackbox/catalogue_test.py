"""The catalogue as its marketer and its integrator use it: over HTTP, on the command line, from two servers at once."""
import csv
import io
import json
import time
import unittest

from instance import Instance, instance
from postgres import two_servers

CSV = {"Content-Type": "text/csv"}


class OverHttp(unittest.TestCase):
    def setUp(self):
        self.boon = Instance()
        self.addCleanup(self.boon.close)
        self.boon.init()
        self.boon.serve()

    def created(self, **offer):
        answer = self.boon.http("POST", "/api/v1/offers", offer)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def listed(self, query):
        answer = self.boon.http("GET", f"/api/v1/offers?{query}")
        self.assertEqual(answer.status, 200, answer.body)
        return [offer["offer_id"] for offer in answer.json["items"]]

    def test_every_field_comes_back(self):
        offer = {
            "name": "Double points", "price": 19.90, "budget": 5000, "exclusion_group": "bonus", "one_time": True,
            "is_service_message": True, "eligibility_rule": {">": [{"var": "age"}, 18]},
            "caps": [{"name": "weekly", "scope": "customer", "counts": "sent", "limit": 3, "period_days": 7}],
            "content": {"de": {"title": "Doppelt", "channels": {"sms": {"text": "kurz"}}}},
        }
        made = self.created(**offer)
        for name, value in offer.items():
            if name != "content":
                self.assertEqual(made[name], value)
        self.assertEqual(made["content"]["de"]["channels"]["sms"]["text"], "kurz")
        self.assertIsNone(made["inactive_reason"])

    def test_every_mistake_has_its_place(self):
        answer = self.boon.http("POST", "/api/v1/offers", {
            "name": "", "target_segment": "vip", "caps": [{"scope": "all", "counts": "sent", "limit": 0}], "price": -1,
        })
        self.assertEqual(answer.status, 400)
        pointers = [error["pointer"] for error in answer.json["errors"]]
        self.assertEqual(pointers, ["/name", "/price", "/caps/0/scope", "/caps/0/limit", "/target_segment"])

    def test_what_if_match_may_say(self):
        self.created(name="a")

        def patched(weight, match):
            headers = {"If-Match": match}
            return self.boon.http("PATCH", "/api/v1/offers/0", {"weight": weight}, headers=headers).status

        self.assertEqual(patched(2, "*"), 200)
        self.assertEqual(patched(3, '"1", "2"'), 200)
        self.assertEqual(patched(4, '"1" ,"2"'), 412)
        self.assertEqual(patched(4, 'W/"3", "7"'), 412)
        self.assertEqual(self.boon.http("GET", "/api/v1/offers/0").json["weight"], 3)
        missing = self.boon.http("PATCH", "/api/v1/offers/9", {"weight": 2}, headers={"If-Match": "*"})
        self.assertIn(missing.status, (404, 412))

    def test_filters_search_and_pages(self):
        self.created(name="Crème brûlée", category="special", tags=["sweet", "new"], channels=["app"])
        self.created(name="Zehn Prozent", category="discount", tags=["new"], valid_until="2026-01-01")
        self.created(name="Versand", category="shipping", channels=["sms"], exclusion_group="g", status="draft")
        self.assertEqual(self.listed("q=CREME"), [0])
        self.assertEqual(self.listed("category=special,discount"), [0, 1])
        self.assertEqual(self.listed("tag=new"), [0, 1])
        self.assertEqual(self.listed("tag=sweet&tag=none"), [0])
        self.assertEqual(self.listed("channel=sms"), [1, 2])
        self.assertEqual(self.listed("valid_at=2026-03-01"), [0, 2])
        self.assertEqual(self.listed("exclusion_group=g&status=draft,paused"), [2])
        self.assertEqual(self.listed("ids=2,0&sort=name&order=desc"), [2, 0])
        page = self.boon.http("GET", "/api/v1/offers?limit=2").json
        self.assertEqual((page["total"], len(page["items"])), (3, 2))
        self.assertEqual(self.listed(f"limit=2&cursor={page['next_cursor']}"), [2])
        for query in ("status=alive", "is_active=maybe", "valid_at=soon", "order=up", "ids=x", "colour=red"):
            self.assertEqual(self.boon.http("GET", f"/api/v1/offers?{query}").status, 400, query)

    def test_history_diff_and_restore(self):
        self.created(name="a", weight=1)
        self.boon.http("PATCH", "/api/v1/offers/0", {"weight": 2, "tags": ["x"]}, headers={"If-Match": '"1"'})
        history = self.boon.http("GET", "/api/v1/offers/0/history").json["items"]
        self.assertEqual([(row["version"], row["change"]) for row in history], [(2, "patched"), (1, "created")])
        changes = {change["pointer"]: (change["before"], change["after"]) for change in history[0]["changes"]}
        self.assertEqual(changes, {"/weight": (1, 2), "/tags": ([], ["x"])})
        restored = self.boon.http("POST", "/api/v1/offers/0/versions/1:restore")
        self.assertEqual((restored.json["weight"], restored.json["version"]), (1, 3))
        self.assertEqual(restored.headers["ETag"], '"3"')
        diff = self.boon.http("GET", "/api/v1/offers/0/diff?from=1&to=3").json["items"]
        self.assertEqual(diff, [])
        self.assertEqual(self.boon.http("GET", "/api/v1/offers/0/versions/2").json["weight"], 2)
        self.assertEqual(self.boon.http("POST", "/api/v1/offers/0/versions/9:restore").status, 404)
        first = self.boon.http("GET", "/api/v1/offers/0/history?limit=2").json
        self.assertEqual(len(first["items"]), 2)
        rest = self.boon.http("GET", f"/api/v1/offers/0/history?limit=2&cursor={first['next_cursor']}").json
        self.assertEqual([row["version"] for row in rest["items"]], [1])

    def test_a_sheet_is_previewed_imported_and_exported(self):
        self.created(name="old", weight=1)
        sheet = '\ufeffoffer_id,name,weight,tags,target_segment\r\n0,old,2,a;b,\r\n'
        sheet += ',"new, ""quoted""\nline",1,,vip\r\n'
        preview = self.boon.http("POST", "/api/v1/offers:import?dry_run=true", sheet.encode(), headers=CSV)
        self.assertEqual(preview.status, 200, preview.body)
        rows = preview.json["rows"]
        self.assertEqual([row["outcome"] for row in rows], ["updated", "rejected"])
        self.assertIn({"pointer": "/weight", "before": 1, "after": 2}, rows[0]["changes"])
        self.assertEqual((rows[1]["row"], rows[1]["line"]), (2, 3))
        self.assertEqual(rows[1]["problems"][0]["column"], "target_segment")
        self.assertEqual(self.boon.http("GET", "/api/v1/offers/0").json["weight"], 1)

        refused = self.boon.http("POST", "/api/v1/offers:import", sheet.encode(), headers=CSV).json
        self.assertFalse(refused["written"])
        self.assertEqual([row["outcome"] for row in refused["rows"]], ["updated", "rejected"])
        self.assertEqual(refused["rows"][0]["changes"], rows[0]["changes"])
        self.assertEqual((refused["updated"], refused["unchanged"], refused["rejected"]), (1, 0, 1))
        done = self.boon.http("POST", "/api/v1/offers:import?mode=skip_bad", sheet.encode(), headers=CSV).json
        self.assertEqual((done["written"], done["updated"], done["rejected"]), (True, 1, 1))
        self.assertEqual(self.boon.http("GET", "/api/v1/offers/0").json["tags"], ["a", "b"])

        exported = self.boon.http("GET", "/api/v1/offers:export?format=csv")
        self.assertTrue(exported.headers["Content-Type"].startswith("text/csv"))
        table = list(csv.DictReader(io.StringIO(exported.body.decode(), newline="")))
        self.assertEqual((table[0]["name"], table[0]["tags"]), ("old", "a;b"))

    def test_what_is_exported_comes_back_byte_for_byte(self):
        hostile = ['=1+1', '+49', '-5', '@x', '\tx', "'=x", 'a,b;"c"\r\n', '\U0001F381 \u05e9\u05dc\u05d5\u05dd \u202e']
        for number, text in enumerate(hostile):
            self.created(
                name=text, description=text, tags=[text, "b"], weight=number / 7, value=number - 3.5,
                content={"en": {"title": text, "channels": {"sms": {"text": text}}}}, attributes={"x": number / 3},
            )
        for form in ("csv", "json"):
            first = self.boon.http("GET", f"/api/v1/offers:export?format={form}").body
            with instance() as other:
                other.init()
                other.serve()
                headers = CSV if form == "csv" else {}
                done = other.http("POST", "/api/v1/offers:import", first, headers=headers)
                self.assertEqual(done.json["created"], len(hostile), done.body)
                self.assertEqual(other.http("GET", f"/api/v1/offers:export?format={form}").body, first)

    def test_a_name_is_as_long_as_it_reads(self):
        """255 characters, through every door: an emoji has four bytes, an Arabic letter two."""
        offering = "/tmf-api/productCatalogManagement/v4/productOffering"
        for letter in ("\U0001F381", "\u0639"):
            for name, fits in ((letter * 255, True), (letter * 256, False)):
                for path, body, headers in (
                    ("/api/v1/offers", {"name": name}, {}),
                    ("/api/v1/offers:import", f"name\n{name}\n".encode(), CSV),
                    ("/api/v1/offers:import", [{"name": name}], {}),
                    (offering, {"name": name}, {}),
                ):
                    answer = self.boon.http("POST", path, body, headers=headers)
                    text = answer.body.decode()
                    self.assertEqual("is longer than 255 characters" in text, not fits, text)
                    done = answer.status in (200, 201) and answer.json.get("written", True)
                    self.assertEqual(done, fits, text)
        self.assertEqual(self.listed("limit=100"), list(range(8)))

    def test_a_sheet_that_is_none(self):
        for sheet, words in ((b"name,colour\na,b\n", "colour"), (b"name\n\"a\n", "line 2"), (b"name\n\xfc\n", "UTF-8")):
            answer = self.boon.http("POST", "/api/v1/offers:import", sheet, headers=CSV)
            self.assertEqual(answer.status, 400)
            self.assertIn(words, answer.body.decode())

    def test_a_bulk_edit_is_shown_then_done(self):
        for name in ("a", "b"):
            self.created(name=name, tags=["spring"])
        edit = {"filter": {"tag": ["spring"]}, "patch": {"weight": 3}, "dry_run": True}
        shown = self.boon.http("POST", "/api/v1/offers:bulk", edit).json
        change = {"pointer": "/weight", "before": 1, "after": 3}
        self.assertEqual([row["changes"] for row in shown["rows"]], [[change]] * 2)
        self.assertEqual(self.boon.http("GET", "/api/v1/offers/0").json["weight"], 1)
        done = self.boon.http("POST", "/api/v1/offers:bulk", {**edit, "dry_run": False}).json
        self.assertEqual((done["written"], done["updated"]), (True, 2))
        self.assertEqual(self.boon.http("GET", "/api/v1/offers/1").json["weight"], 3)
        self.assertEqual(self.boon.http("POST", "/api/v1/offers:bulk", {"patch": {"weight": 1}}).status, 400)

    def test_who_refers_to_a_name(self):
        self.created(name="a", lifecycle_stage="growth")
        items = self.boon.http("GET", "/api/v1/offers:references?kind=stage&name=growth").json["items"]
        self.assertEqual(items, [{"offer_id": 0, "name": "a", "pointer": "/lifecycle_stage"}])


class Rules(unittest.TestCase):
    def test_a_rule_names_what_is_known_of_customers(self):
        with instance() as boon:
            boon.with_world(customers=300)
            boon.serve()
            known = "tenure_days"
            good = {"and": [{">=": [{"var": known}, 0]}, {"==": [{"var": "stage"}, "growth"]}]}
            answer = boon.http("POST", "/api/v1/offers", {"name": "a", "eligibility_rule": good})
            self.assertEqual(answer.status, 201, answer.body)
            bad = {"and": [{">=": [{"var": known}, "old"]}, {"==": [{"var": "no_such_feature"}, 1]}, {"lt": 1}]}
            answer = boon.http("POST", "/api/v1/offers", {"name": "a", "eligibility_rule": bad})
            pointers = {error["pointer"] for error in answer.json["errors"]}
            places = ("and/0/>=", "and/1/==/0/var", "and/2/lt")
            self.assertEqual((answer.status, pointers), (400, {f"/eligibility_rule/{place}" for place in places}))
            used = boon.http("GET", f"/api/v1/offers:references?kind=variable&name={known}").json["items"]
            self.assertEqual([reference["pointer"] for reference in used], ["/eligibility_rule"])

    def test_a_rule_as_deep_as_rules_go_is_read_and_kept(self):
        def nested(depth):
            rule = {">": [{"var": "age"}, 1]}
            for _ in range(depth - 2):  # `>` and `var`
                rule = {"!": [rule]}
            return rule

        with instance() as boon:
            boon.init()
            boon.serve()
            kept = boon.http("POST", "/api/v1/offers", {"name": "a", "eligibility_rule": nested(32)})
            self.assertEqual(kept.status, 201, kept.body)
            self.assertEqual(boon.http("GET", "/api/v1/offers/0").json["eligibility_rule"], nested(32))
            refused = boon.http("POST", "/api/v1/offers", {"name": "b", "eligibility_rule": nested(33)})
            self.assertEqual(refused.status, 400)
            self.assertIn("deeper than 32 operations", refused.json["errors"][0]["detail"])

    def test_stages_and_segments_are_known_before_features_are(self):
        with instance() as boon:
            boon.init()
            boon.serve()

            def answer(rule):
                return boon.http("POST", "/api/v1/offers", {"name": "a", "eligibility_rule": rule})

            mistyped = answer({"and": [{"==": [{"var": "stage"}, "grwth"]}, {"==": [{"var": "rfm_segment"}, "loyl"]}]})
            self.assertEqual(mistyped.status, 400, mistyped.body)
            said = json.dumps(mistyped.json["errors"])
            self.assertIn("grwth", said)
            self.assertIn("loyl", said)
            known = answer({"and": [{"==": [{"var": "stage"}, "growth"]}, {">": [{"var": "some_feature"}, 3]}]})
            self.assertEqual(known.status, 201, known.body)

    def test_the_doctor_and_the_start_name_offers_whose_names_the_settings_no_longer_have(self):
        with instance() as boon:
            boon.init()
            boon.serve()
            boon.http("POST", "/api/v1/offers", {"name": "Gold card", "target_segment": "high_value"})
            boon.http("POST", "/api/v1/offers", {"name": "b", "target_segment": "high_value"})
            self.assertEqual(boon.http("POST", "/api/v1/offers/1:retire", {}).status, 200)
            boon.stop()
            boon.serve({"CVM_VALUE_SEGMENTS": "gold, silver", "BOON_VALUE_THRESHOLDS": "60"})
            said = [check for check in boon.http("GET", "/api/v1/doctor").json["items"] if check["health"] == "error"]
            self.assertEqual(len(said), 1, said)
            self.assertIn("offer 0, `Gold card`, no longer fits: /target_segment `high_value`", said[0]["words"])
            log = (boon.root / "server.log").read_text()
            self.assertIn("offer 0, `Gold card`, no longer fits: /target_segment", log)


class FourEyes(unittest.TestCase):
    def test_another_person_makes_it_live(self):
        with instance() as boon:
            boon.environment = {"BOON_OFFERS_FOUR_EYES": "True"}
            boon.init()
            boon.serve()
            keys = {}
            for name in ("ann", "bob"):
                keys[name] = boon.http("POST", "/api/v1/keys", {"name": name, "scopes": ["read", "write"]}).json["key"]
            refused = boon.http("POST", "/api/v1/offers", {"name": "a"}, key=keys["ann"])
            self.assertEqual(refused.status, 403)
            self.assertIn("draft", refused.json["hint"])
            boon.http("POST", "/api/v1/offers", {"name": "a", "status": "draft"}, key=keys["ann"])
            own = boon.http("POST", "/api/v1/offers/0:activate", key=keys["ann"])
            self.assertEqual(own.status, 403)
            self.assertIn("ann", own.json["detail"])
            self.assertEqual(boon.http("POST", "/api/v1/offers/0:activate", key=keys["bob"]).status, 200)
            match = {"If-Match": '"2"'}
            edited = boon.http("PATCH", "/api/v1/offers/0", {"weight": 2}, key=keys["bob"], headers=match)
            self.assertEqual(edited.status, 409)


    def test_default_offers_come_as_drafts(self):
        with instance() as boon:
            boon.environment = {"BOON_OFFERS_FOUR_EYES": "True"}
            boon.init()
            code, _, said = boon.run("import", "offers", "--defaults")
            self.assertIn("they come as drafts", said)
            self.assertEqual({offer["status"] for offer in boon.json("offers")["items"]}, {"draft"})
            boon.run("import", "offers", "--defaults")  # again changes nothing
            self.assertEqual({offer["version"] for offer in boon.json("offers")["items"]}, {1})


class OnTheCommandLine(unittest.TestCase):
    def test_an_offers_life(self):
        with instance() as boon:
            boon.init()
            made = boon.json("offers", "create", "--set", "name=Double points", "--set", "status=draft")
            self.assertEqual((made["name"], made["status"]), ("Double points", "draft"))
            self.assertEqual(boon.json("offers", "patch", "0", "--set", "weight=2")["weight"], 2)
            self.assertEqual(boon.json("offers", "patch", "0", '{"tags":["x"]}')["tags"], ["x"])
            self.assertEqual(boon.json("offers", "activate", "0")["status"], "live")
            self.assertEqual(boon.json("offers", "pause", "0")["status"], "paused")
            self.assertIn("weight: 1 → 2", boon.run("offers", "history", "0")[1])
            self.assertEqual(boon.run("offers", "diff", "0", "1", "2")[1], "weight: 1 → 2\n")
            self.assertEqual(boon.json("offers", "restore", "0", "1")["weight"], 1)
            self.assertEqual(boon.json("offers", "show", "0", "--at-version", "2")["weight"], 2)
            self.assertIn("Double points", boon.run("offers", "show", "0")[1])
            self.assertEqual(len(boon.json("offers", "list", "--status", "paused")["items"]), 1)
            self.assertEqual(len(boon.json("offers", "--search", "DOUBLE")["items"]), 1)
            shown = boon.run("offers", "bulk", "--tag", "x,y", "--set", "weight=5", "--dry-run", check=False)
            self.assertEqual(shown[0], 0, shown)
            done = boon.json("offers", "bulk", "--status", "paused", "--set", "weight=5")
            self.assertEqual((done["written"], done["updated"]), (True, 1))
            self.assertEqual(boon.json("offers", "retire", "0")["status"], "retired")
            code, _, problem = boon.run("offers", "activate", "0", check=False)
            self.assertEqual((code, "is retired" in problem), (5, True), problem)
            code, _, problem = boon.run("offers", "show", "9", check=False)
            self.assertEqual(code, 4, problem)

    def test_default_offers_sheets_and_back(self):
        with instance() as boon:
            boon.init()
            boon.run("import", "offers", "--defaults")
            offers = boon.json("offers")["items"]
            self.assertEqual([offer["offer_id"] for offer in offers], list(range(8)))
            self.assertEqual(
                [offer["category"] for offer in offers],
                ["points", "discount", "access", "shipping", "special", "referral", "sale", "tier"],
            )
            boon.run("import", "offers", "--defaults")  # again changes nothing
            self.assertEqual({offer["version"] for offer in boon.json("offers")["items"]}, {1})
            sheet = boon.root / "offers.csv"
            boon.run("export", "offers", "--format", "csv", "--out", sheet)
            sheet.write_bytes(sheet.read_bytes().replace(b"Double points", b"Triple points"))
            preview = boon.run("import", "offers", sheet, "--dry-run")
            self.assertIn('name: "Double points" → "Triple points"', preview[1])
            self.assertIn("would be: 0 created, 1 updated, 7 unchanged, 0 rejected", preview[2])
            boon.run("import", "offers", sheet)
            code, _, problem = boon.run("import", "offers", "--defaults", check=False)
            self.assertEqual((code, "offer 0 is there already" in problem), (5, True), problem)
            exported = json.loads(boon.run("export", "offers", "--category", "points")[1])
            self.assertEqual([offer["name"] for offer in exported], ["Triple points"])


class TwoServers(unittest.TestCase):
    def test_a_change_serves_from_both_within_two_seconds(self):
        with two_servers("read", "write", "decide") as (first, second):
            self.assertEqual(first.http("POST", "/api/v1/offers", {"name": "a", "is_fallback": True}).status, 201)
            ask = {"customer_id": "c", "allow_unknown": True}

            def shown(boon):
                return [offer["offer_id"] for offer in boon.http("POST", "/api/v1/decisions", ask).json["offers"]]

            def wait_for(boon, offers):
                end = time.monotonic() + 2
                while shown(boon) != offers:
                    self.assertLess(time.monotonic(), end, f"not {offers} within 2 s")
                    time.sleep(0.02)

            self.assertEqual(shown(first), [0])
            wait_for(second, [0])
            self.assertEqual(second.http("POST", "/api/v1/offers/0:pause").status, 200)
            self.assertEqual(shown(second), [])
            wait_for(first, [])


if __name__ == "__main__":
    unittest.main()
