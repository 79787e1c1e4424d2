"""Stages of a whole base, month after month, as their users see them."""
import json
import time
import unittest

from instance import Instance

MONTHS = ["2025-10-01", "2025-11-01", "2025-12-01"]


class Lifecycle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance().with_world(customers=2000)
        cls.runs = []
        for month in MONTHS:
            cls.boon.run("features", "--as-of", month)
            cls.runs.append(cls.boon.json("lifecycle", "update"))
        cls.boon.serve()
        cls.customers = [row["customer_id"] for row in cls.boon.http("GET", "/api/v1/customers?limit=300").json["items"]]

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def get(self, path):
        answer = self.boon.http("GET", "/api/v1" + path)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def test_each_run_places_everybody(self):
        self.assertEqual(self.runs[0]["entered"], self.runs[0]["customers"])
        self.assertGreater(self.runs[1]["moved"], 0)
        self.assertGreater(self.runs[2]["moved"], 0)

    def test_the_summary_counts_every_customer_once(self):
        summary = self.get("/lifecycle/summary")
        self.assertEqual(summary["as_of"], "2025-12-01T00:00:00Z")
        self.assertEqual(summary["without_stage"], 0)
        self.assertEqual(sum(stage["customers"] for stage in summary["stages"]), summary["customers"])
        self.assertAlmostEqual(sum(stage["share"] for stage in summary["stages"]), 1)
        self.assertEqual(len(summary["stages"]), 6)

    def test_series_flows_and_conversions_agree(self):
        series = self.get("/lifecycle/series?from=2025-10-01&to=2025-12-01&step_days=61")["items"]
        flows = self.get("/lifecycle/flows?from=2025-10-01&to=2025-12-01")["items"]
        for end, side in ((series[0], "from"), (series[1], "to")):
            counted = {}
            for flow in flows:
                if flow[side] is not None:
                    counted[flow[side]] = counted.get(flow[side], 0) + flow["customers"]
            self.assertEqual(counted, {stage: n for stage, n in end["customers"].items() if n > 0})
        exits = sum(series[1]["exited"].values())
        conversions = self.get("/lifecycle/conversions?from=2025-10-02&to=2025-12-02")["items"]
        self.assertEqual(sum(row["customers"] for row in conversions), exits)
        durations = self.get("/lifecycle/durations?from=2025-10-01&to=2025-12-02")["items"]
        self.assertEqual(
            sum(row["stays"] for row in durations), exits + sum(series[1]["customers"].values())
        )

    def test_a_customer_has_a_stage_with_its_reason_and_a_past(self):
        moved = None
        for customer in self.customers:
            view = self.get(f"/customers/{customer}/lifecycle")
            self.assertIsNotNone(view["stage"])
            self.assertTrue(view["reason"])
            self.assertEqual([stay for stay in view["stays"] if stay["exited_at"] is None], view["stays"][:1])
            if len(view["stays"]) > 1:
                moved = view
        self.assertIsNotNone(moved)
        before = moved["stays"][1]
        past = self.get(f"/customers/{moved['customer_id']}/lifecycle?at={before['entered_at']}")
        self.assertEqual(past["stage"], before["stage"])
        self.assertEqual(self.boon.http("GET", "/api/v1/customers/nobody/lifecycle").status, 404)

    def test_a_stage_set_by_hand_serves_at_once_and_ends(self):
        customer = self.customers[7]
        path = f"/api/v1/customers/{customer}/lifecycle/override"
        refused = self.boon.http("PUT", path, {"stage": "paradise"})
        self.assertEqual(refused.status, 400)
        self.assertIn("there is no stage paradise", refused.json["errors"][0]["detail"])
        before = self.get(f"/customers/{customer}/lifecycle")["stage"]
        wanted = "growth" if before != "growth" else "retention"
        body = {"stage": wanted, "note": "called us", "expires_at": "2100-01-01T00:00:00Z"}
        put = self.boon.http("PUT", path, body)
        self.assertEqual(put.status, 200, put.body)
        self.assertEqual(put.json["stage"], wanted)
        self.assertIn("set by hand", put.json["reason"])
        self.assertEqual(self.get(f"/customers/{customer}")["stage"], wanted)
        self.assertEqual(self.boon.http("PUT", path, body).status, 428)
        etag = {"If-Match": put.headers["ETag"]}
        again = self.boon.http("PUT", path, body, headers=etag)
        self.assertEqual(again.status, 200, again.body)
        self.assertEqual(self.boon.http("DELETE", path, headers=etag).status, 412)
        gone = self.boon.http("DELETE", path, headers={"If-Match": again.headers["ETag"]})
        self.assertEqual(gone.status, 200, gone.body)
        self.assertEqual(gone.json["stage"], before)
        self.assertIsNone(gone.json["hand"])

    def test_rules_are_checked_previewed_published_and_restored(self):
        rules = self.boon.http("GET", "/api/v1/lifecycle/rules")
        document = rules.json["document"]
        bad = json.loads(json.dumps(document))
        bad["rules"][0]["when"] = {">": [{"var": "days_since_last_activitty"}, 90]}
        refused = self.boon.http("POST", "/api/v1/lifecycle/rules:validate", {"document": bad})
        self.assertEqual(refused.status, 400)
        self.assertTrue(refused.json["errors"][0]["pointer"].startswith("/document/rules/0/when"), refused.body)
        document["limits"]["silent_days"]["any"] = 30
        self.assertEqual(
            self.boon.http("POST", "/api/v1/lifecycle/rules:validate", {"document": document}).json, {"valid": True}
        )
        shown = self.boon.http("POST", "/api/v1/lifecycle/rules:preview", {"document": document}).json
        self.assertGreater(shown["would_move"], 0)
        self.assertTrue(all(move["to"] == "win_back" for move in shown["moves"]))
        body = {"document": document, "note": "silence is short"}
        self.assertEqual(self.boon.http("PUT", "/api/v1/lifecycle/rules", body).status, 428)
        put = self.boon.http("PUT", "/api/v1/lifecycle/rules", body, headers={"If-Match": rules.headers["ETag"]})
        self.assertEqual(put.status, 200, put.body)
        self.assertEqual(put.json["version"], 1)
        path = "/api/v1/lifecycle/rules/versions/0:restore"
        restored = self.boon.http("POST", path, headers={"If-Match": put.headers["ETag"]})
        self.assertEqual(restored.status, 200, restored.body)
        self.assertEqual(restored.json["document"]["limits"]["silent_days"]["any"], 90)
        self.assertEqual(
            [row["version"] for row in self.get("/lifecycle/rules/versions")["items"]], [2, 1, 0]
        )

    def test_offers_for_a_stage_reach_the_customers_in_it(self):
        customer = self.customers[3]
        stage = self.get(f"/customers/{customer}/lifecycle")["stage"]
        other = "acquisition" if stage != "acquisition" else "growth"
        offers = []
        for name, wanted in (("of the stage", stage), ("of another", other)):
            made = self.boon.http(
                "POST", "/api/v1/offers", {"name": name, "lifecycle_stage": wanted, "value": 1000, "weight": 500}
            )
            self.assertEqual(made.status, 201, made.body)
            offers.append(made.json["offer_id"])
        answer = self.boon.http(
            "POST", "/api/v1/decisions", {"customer_id": customer, "limit": 20, "explain": True}
        ).json
        causes = {row["offer_id"]: row["cause"] for row in answer["considered"]}
        self.assertNotIn(causes[offers[0]], ("stage_unknown", "other_stage"))
        self.assertEqual(causes[offers[1]], "other_stage")

    def test_the_command_line_shows_the_same(self):
        text = self.boon.run("lifecycle")[1]
        self.assertIn("retention", text)
        shown = self.boon.run("lifecycle", "show", self.customers[0])[1]
        self.assertIn(self.get(f"/customers/{self.customers[0]}/lifecycle")["stage"], shown)
        self.boon.run("lifecycle", "set", self.customers[9], "churn_risk", "--note", "by phone")
        self.assertEqual(self.get(f"/customers/{self.customers[9]}/lifecycle")["stage"], "churn")
        self.boon.run("lifecycle", "unset", self.customers[9])


class Resume(unittest.TestCase):
    def test_a_server_killed_in_the_middle_goes_on_where_it_was(self):
        boon = Instance().with_world(customers=6000)
        self.addCleanup(boon.close)
        boon.serve()
        job = boon.http("POST", "/api/v1/jobs", {"kind": "lifecycle", "parameters": {}}).json
        path = f"/api/v1/jobs/{job['id']}"
        while boon.http("GET", path).json["done"] == 0:
            pass
        boon.server.kill()
        boon.server.wait()
        boon.server.stdout.close()
        boon.log.close()
        boon.serve()
        killed = boon.http("GET", path).json
        self.assertEqual(killed["state"], "running", "it was over before it could be killed")
        for _ in range(900):
            state = boon.http("GET", path).json
            if state["state"] not in ("queued", "running"):
                break
            time.sleep(0.1)
        self.assertEqual(state["state"], "succeeded", state)
        # Whoever was placed before the kill was not placed again: counted once, in one stay.
        self.assertEqual(state["result"]["entered"], 6000)
        self.assertEqual(state["result"]["moved"], 0)
        summary = boon.http("GET", "/api/v1/lifecycle/summary").json
        self.assertEqual(summary["without_stage"], 0)


class Settings(unittest.TestCase):
    def test_what_is_switched_off_answers_so(self):
        boon = Instance()
        self.addCleanup(boon.close)
        boon.init()
        code, _, problem = boon.run("lifecycle", check=False, environment={"CLM_ENABLED": "False"})
        self.assertEqual(code, 5)
        self.assertIn("switched off (CLM_ENABLED)", problem)
        code, _, problem = boon.run("lifecycle", check=False, environment={"CLM_STAGES": "new,new"})
        self.assertEqual(code, 2)
        self.assertIn("CLM_STAGES is new,new", problem)


if __name__ == "__main__":
    unittest.main()
