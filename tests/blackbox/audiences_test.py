"""Audiences as a marketer uses them: count, name, aim offers at them, get their customers out."""
import csv
import hashlib
import io
import json
import threading
import time
import unittest

from instance import Instance, instance
from postgres import two_servers
from tmf620 import Listener, signature

AT = "2025-12-10T00:00:00Z"
SILENT = {"and": [{"in": [{"var": "value_segment"}, ["high_value", "medium_value"]]},
                  {">": [{"var": "days_since_last_purchase"}, 45]}]}


class Audiences(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.environment = {"BOON_OUTBOUND_ALLOW_PRIVATE": "True", "BOON_OUTBOUND_PORTS": "any"}
        cls.boon.init()
        cls.boon.run("world", "--customers", 2500, "--seed", 7, "--out", cls.boon.home / "data", "--configure")
        cls.boon.run("features", "--as-of", "2025-12-01")
        cls.boon.run("value", "update")
        cls.boon.run("lifecycle", "update")
        cls.boon.serve()

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def ask(self, method, path, body=None, status=200, **headers):
        answer = self.boon.http(method, "/api/v1" + path, body, headers=headers)
        self.assertEqual(answer.status, status, answer.body)
        return answer

    def make(self, name, rule):
        return self.ask("POST", "/audiences", {"name": name, "rule": rule}, 201)

    def everybody(self):
        """What the API shows of each customer, by which rules are worked out again here."""
        customers, cursor = [], ""
        while cursor is not None:
            page = self.ask("GET", f"/customers?limit=500&cursor={cursor}" if cursor else "/customers?limit=500").json
            customers += [row["customer_id"] for row in page["items"]]
            cursor = page["next_cursor"]
        return customers

    def test_counts_are_those_of_the_customers_themselves(self):
        expected = set()
        for customer in self.everybody():
            view = self.ask("GET", f"/customers/{customer}").json
            days = next(f["value"] for f in view["features"] if f["name"] == "days_since_last_purchase")
            # Nine days have gone by since the profiles.
            if view["value_segment"] in ("high_value", "medium_value") and days is not None and days + 9 > 45:
                expected.add(customer)
        self.assertGreater(len(expected), 20)
        unsaved = self.ask("POST", "/audiences:count", {"rule": SILENT, "at": AT, "sample": 7}).json
        self.assertEqual(unsaved["customers"], len(expected))
        self.assertEqual(unsaved["of"], len(self.everybody()))
        self.assertEqual(len(unsaved["sample"]), 7)
        self.assertLessEqual({row["customer_id"] for row in unsaved["sample"]}, expected)
        self.assertIn("days_since_last_purchase is > 45", unsaved["words"])

        self.make("silent", SILENT)
        self.assertEqual(self.ask("GET", f"/audiences/silent/count?at={AT}").json["customers"], len(expected))
        members, cursor = [], ""
        while cursor is not None:
            page = self.ask("GET", f"/audiences/silent/customers?limit=13&at={AT}&cursor={cursor}").json
            members += [row["customer_id"] for row in page["items"]]
            cursor = page["next_cursor"]
        self.assertEqual(members, sorted(expected))
        exported = self.boon.http("GET", f"/api/v1/audiences/silent:export?at={AT}")
        rows = list(csv.DictReader(io.StringIO(exported.body.decode())))
        self.assertEqual([row["customer_id"] for row in rows], sorted(expected))
        shown = self.ask("GET", f"/customers/{rows[0]['customer_id']}/value").json
        self.assertEqual(rows[0]["value_segment"], shown["value_segment"])
        self.assertAlmostEqual(float(rows[0]["value_score"]), shown["value_score"], 2)
        # A day earlier, fewer have been silent for so long.
        earlier = self.ask("GET", "/audiences/silent/count?at=2025-12-02T00:00:00Z").json["customers"]
        self.assertLess(earlier, len(expected))

    def test_what_the_record_says_is_named_everywhere(self):
        variables = {one["name"]: one["type"] for one in self.ask("GET", "/audiences:variables").json["items"]}
        self.assertEqual(variables["attributes.contract_type"], "text")
        self.assertEqual(variables["attributes.birth_year"], "number")
        self.assertEqual(variables["attributes.joined_at"], "time")
        prepaid = {"==": [{"var": "attributes.contract_type"}, "prepaid"]}
        expected = set()
        for customer in self.everybody():
            view = self.ask("GET", f"/customers/{customer}").json
            if next(f["text"] for f in view["features"] if f["name"] == "contract_type") == "prepaid":
                expected.add(customer)
        count = self.ask("POST", "/audiences:count", {"rule": prepaid, "sample": 5}).json
        self.assertEqual(count["customers"], len(expected))
        self.assertLessEqual({row["customer_id"] for row in count["sample"]}, expected)

        self.make("prepaid", prepaid)
        sql = self.ask("GET", "/audiences/prepaid/sql?dialect=duckdb").json
        self.assertIn('"attributes.contract_type"', sql["condition"])
        others = set(self.everybody()) - expected
        offer = self.ask("POST", "/offers", {"name": "top up", "value": 1000, "eligibility_rule": prepaid}, 201)
        offer_id = offer.json["offer_id"]
        for customer, cause in ((min(expected), "shown"), (min(others), "rule_not_met")):
            answer = self.ask("POST", "/simulations", {"customer_id": customer, "limit": 100, "explain": True}).json
            found = next(each for each in answer["considered"] if each["offer_id"] == offer_id)
            self.assertEqual(found["cause"], cause, found)

        rules = self.ask("GET", "/lifecycle/rules").json["document"]
        place = len(rules["rules"]) - 2
        rules["rules"][place]["when"] = {"==": [{"var": "attributes.contract"}, "prepaid"]}
        told = self.ask("POST", "/lifecycle/rules:validate", {"document": rules}, 400).json
        self.assertEqual([e["pointer"] for e in told["errors"]], [f"/document/rules/{place}/when/==/0/var"])
        rules["rules"][place]["when"] = prepaid
        self.assertTrue(self.ask("POST", "/lifecycle/rules:validate", {"document": rules}).json["valid"])

    def test_every_change_is_a_version(self):
        made = self.make("versions", {"==": [{"var": "stage"}, "churn"]})
        self.assertEqual(made.headers["ETag"], '"1"')
        self.assertEqual(made.headers["Location"], "/api/v1/audiences/versions")
        self.ask("POST", "/audiences", {"name": "versions", "rule": True}, 409)
        self.ask("PATCH", "/audiences/versions", {"rule": True}, 428)
        self.ask("PATCH", "/audiences/versions", {"rule": True}, 412, **{"If-Match": '"7"'})
        changed = self.ask("PATCH", "/audiences/versions", {"description": "all"}, **{"If-Match": '"1"'})
        self.assertEqual(changed.headers["ETag"], '"2"')
        self.ask("PUT", "/audiences/versions", {"name": "renamed", "rule": True}, **{"If-Match": '"2"'})
        self.ask("GET", "/audiences/versions", status=404)
        self.ask("POST", "/audiences/renamed/versions/1:restore", status=428)
        restored = self.ask("POST", "/audiences/renamed/versions/1:restore", **{"If-Match": '"3"'}).json
        self.assertEqual(restored["rule"], {"==": [{"var": "stage"}, "churn"]})
        self.assertEqual((restored["name"], restored["version"]), ("renamed", 4))
        kept = self.ask("GET", "/audiences/renamed/versions").json["items"]
        self.assertEqual(
            [(one["version"], one["change"]) for one in kept],
            [(4, "restored"), (3, "renamed"), (2, "changed"), (1, "created")],
        )
        self.ask("DELETE", "/audiences/renamed", status=428)
        self.ask("DELETE", "/audiences/renamed", status=204, **{"If-Match": '"4"'})
        self.ask("GET", "/audiences/renamed", status=404)

    def test_a_repeated_request_makes_one(self):
        body = {"name": "once", "rule": True}
        first = self.ask("POST", "/audiences", body, 201, **{"Idempotency-Key": "a-1"})
        again = self.ask("POST", "/audiences", body, 201, **{"Idempotency-Key": "a-1"})
        self.assertEqual(first.body, again.body)

    def test_mistakes_are_told_where_they_stand(self):
        problem = self.ask(
            "POST", "/audiences",
            {"name": "high_value",
             "rule": {"and": [{">": [{"var": "spend_91d"}, 1]}, {"==": [{"var": "stage"}, "chrn"]}]}},
            400,
        ).json
        self.assertEqual(
            sorted(error["pointer"] for error in problem["errors"]),
            ["/name", "/rule/and/0/>/0/var", "/rule/and/1/==/1"],
        )
        problem = self.ask("POST", "/audiences:count", {"rule": {"frobnicate": []}}, 400).json
        self.assertTrue(problem["errors"][0]["pointer"].startswith("/rule"))

    def test_offers_are_aimed_at_it(self):
        self.ask("POST", "/offers", {"name": "for whom", "target_segment": "loyal-few"}, 400)
        self.make("loyal-few", {"==": [{"var": "rfm_segment"}, "champions"]})
        offer = self.ask(
            "POST", "/offers", {"name": "for champions", "target_segment": "loyal-few", "value": 1000}, 201
        ).json["offer_id"]
        inside = self.ask("GET", "/audiences/loyal-few/customers?limit=1").json["items"][0]["customer_id"]
        self.make("others", {"!=": [{"var": "rfm_segment"}, "champions"]})
        outside = self.ask("GET", "/audiences/others/customers?limit=1").json["items"][0]["customer_id"]
        for customer, cause in ((inside, "shown"), (outside, "other_segment")):
            answer = self.ask(
                "POST", "/decisions", {"customer_id": customer, "limit": 100, "explain": True}
            ).json
            told = next(row for row in answer["considered"] if row["offer_id"] == offer)
            self.assertEqual(told["cause"], cause, told)
            if cause == "other_segment":
                self.assertIn("it is for the audience loyal-few: rfm_segment (", told["why"])
        problem = self.ask("DELETE", "/audiences/loyal-few", status=409, **{"If-Match": '"1"'}).json
        self.assertEqual(problem["errors"][0]["pointer"], f"/offers/{offer}/target_segment")
        self.ask("PATCH", "/audiences/loyal-few", {"name": "few"}, 409, **{"If-Match": '"1"'})
        # Its rule may change; offers follow at once.
        self.ask("PATCH", "/audiences/loyal-few", {"rule": False}, **{"If-Match": '"1"'})
        answer = self.ask("POST", "/simulations", {"customer_id": inside, "limit": 100}).json
        self.assertNotIn(offer, [row["offer_id"] for row in answer["offers"]])
        self.ask("POST", f"/offers/{offer}:retire")
        self.ask("DELETE", "/audiences/loyal-few", status=204, **{"If-Match": '"2"'})

    def test_its_customers_go_to_a_campaign_tool_with_a_manifest(self):
        self.make("many", True)
        listener = Listener()
        self.addCleanup(listener.close)
        hook = self.ask("POST", "/webhooks", {"url": listener.url}, 201).json
        self.assertEqual(hook["topic"], "audiences")
        self.ask("POST", "/audiences/many:export", {"webhook_id": "none"}, 404)
        started = self.ask("POST", "/audiences/many:export", {"webhook_id": hook["id"], "at": AT}, 202).json
        everybody = self.everybody()
        batches = -(-len(everybody) // 1000)
        listener.wait_for(batches + 1, 60)
        secret = self.ask("GET", f"/webhooks/{hook['id']}/secret").json["secret"]
        heard, by_id = [], {}
        for _, headers, body in listener.heard:
            headers = {name.lower(): value for name, value in headers.items()}
            self.assertEqual(headers["webhook-signature"], signature(secret, headers, body))
            by_id[headers["webhook-id"]] = body
            heard.append(json.loads(body))
        manifest = next(message for message in heard if message["type"] == "audience.manifest")
        self.assertEqual(manifest["export_id"], started["job_id"])
        self.assertEqual((manifest["audience"], manifest["version"], manifest["at"]), ("many", 1, AT))
        self.assertEqual(manifest["customers"], len(everybody))
        self.assertEqual(len(manifest["batches"]), batches)
        received = []
        for batch in manifest["batches"]:
            body = by_id[batch["message_id"]]
            self.assertEqual(hashlib.sha256(body).hexdigest(), batch["sha256"])
            rows = json.loads(body)["customers"]
            self.assertEqual(len(rows), batch["customers"])
            received += [row["customer_id"] for row in rows]
        self.assertEqual(sorted(received), sorted(everybody))
        self.ask("DELETE", f"/webhooks/{hook['id']}", status=204)
        self.ask("POST", "/audiences/many:export", {"webhook_id": hook["id"]}, 404)

    def test_variables_and_sql_are_there_for_whoever_builds_rules(self):
        variables = {row["name"]: row for row in self.ask("GET", "/audiences:variables").json["items"]}
        self.assertEqual(variables["stage"]["type"], "text")
        self.assertIn("churn", variables["stage"]["values"])
        self.assertEqual(variables["stage_since"]["type"], "time")
        self.assertEqual(variables["spend_90d"]["type"], "number")
        self.make("in-sql", {">": [{"var": "value_score"}, 80]})
        sql = self.ask("GET", "/audiences/in-sql/sql?dialect=postgres").json
        self.assertIn("value_score", sql["condition"])
        self.ask("GET", "/audiences/in-sql/sql?dialect=excel", status=400)

    def test_the_command_line_does_the_same(self):
        self.boon.run("audiences", "create", "by-hand", "--rule", json.dumps(SILENT), "--description", "gone quiet")
        counted = int(self.boon.run("audiences", "count", "by-hand", "--at", AT)[1].splitlines()[0])
        self.assertEqual(counted, self.ask("GET", f"/audiences/by-hand/count?at={AT}").json["customers"])
        unsaved = self.boon.run("audiences", "count", "--rule", json.dumps(SILENT), "--at", AT)[1]
        self.assertEqual(int(unsaved.splitlines()[0]), counted)
        self.assertIn("gone quiet", self.boon.run("audiences", "list")[1])
        self.assertIn("version 1", self.boon.run("audiences", "show", "by-hand")[1])
        self.assertEqual(len(self.boon.run("audiences", "export", "by-hand", "--at", AT)[1].splitlines()), counted + 1)
        self.assertIn("value_segment", self.boon.run("audiences", "show", "by-hand", "--sql")[1])
        self.boon.run("audiences", "change", "by-hand", "--rename", "by-foot", "--rule", "true")
        self.boon.run("audiences", "restore", "by-foot", "1")
        self.assertEqual(self.ask("GET", "/audiences/by-foot").json["rule"], SILENT)
        page = self.boon.json("audiences", "customers", "by-foot", "--limit", "3", "--at", AT)
        self.assertEqual(len(page["items"]), 3)
        self.boon.run("audiences", "delete", "by-foot")
        self.assertEqual(self.boon.run("audiences", "show", "by-foot", check=False)[0], 4)
        code, _, problem = self.boon.run("audiences", "create", "x", "--rule", '{"<":[{"var":"stge"},1]}', check=False)
        self.assertEqual(code, 2)
        self.assertIn("did you mean `stage`", problem)


class Named(unittest.TestCase):
    """Of an audience that goes and an offer that names it at the same moment, one is refused."""

    RULE = {"==": [{"var": "stage"}, "growth"]}

    def race(self, first, second, rounds):
        dangling = []
        for number in range(rounds):
            name = f"r{number}"
            made = first.http("POST", "/api/v1/audiences", {"name": name, "rule": self.RULE})
            self.assertEqual(made.status, 201, made.body)
            while second.http("GET", f"/api/v1/audiences/{name}/count").status != 200:
                time.sleep(0.02)
            barrier = threading.Barrier(2)
            answers = {}

            def drop():
                barrier.wait()
                match = {"If-Match": made.headers["ETag"]}
                answers["drop"] = first.http("DELETE", f"/api/v1/audiences/{name}", headers=match).status

            def aim():
                offer = {"name": name, "status": "draft", "target_segment": name}
                barrier.wait()
                answers["aim"] = second.http("POST", "/api/v1/offers", offer).status

            threads = [threading.Thread(target=work) for work in (drop, aim)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if answers == {"drop": 204, "aim": 201}:
                dangling.append(name)
        self.assertEqual(dangling, [])

    def test_on_one_server(self):
        with instance() as boon:
            boon.init()
            boon.serve()
            self.race(boon, boon, 40)

    def test_on_two_servers(self):
        with two_servers("read", "write") as (first, second):
            self.race(first, second, 40)


if __name__ == "__main__":
    unittest.main()
