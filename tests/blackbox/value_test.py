"""The value of a whole base, month after month, as its users see it."""
import unittest

from instance import Instance

MONTHS = ["2025-10-01", "2025-11-01", "2025-12-01"]


class Value(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance().with_world(customers=2000)
        cls.runs = []
        for month in MONTHS:
            cls.boon.run("features", "--as-of", month)
            cls.runs.append(cls.boon.json("value", "update"))
        cls.boon.serve()
        cls.customers = [row["customer_id"] for row in cls.boon.http("GET", "/api/v1/customers?limit=50").json["items"]]

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def get(self, path):
        answer = self.boon.http("GET", "/api/v1" + path)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def test_each_run_values_everybody(self):
        for run in self.runs:
            self.assertEqual(run["customers"], self.runs[0]["customers"])
            self.assertGreater(run["in_base"], 0)
        self.assertEqual(self.runs[0]["changed"], self.runs[0]["customers"])
        self.assertGreater(self.runs[1]["changed"], 0)

    def test_value_has_its_shape_and_its_sums(self):
        value = self.get(f"/customers/{self.customers[0]}/value")
        for member in (
            "customer_id", "rfm_segment", "lifetime_value", "predicted_ltv", "value_score", "value_segment"
        ):
            self.assertIn(member, value)
        self.assertTrue(value["history"])
        summary = self.get("/value/summary")
        self.assertEqual(summary["as_of"], "2025-12-01T00:00:00Z")
        self.assertEqual(sum(row["customers"] for row in summary["segments"]), summary["customers"])
        self.assertAlmostEqual(sum(row["revenue_share"] for row in summary["segments"]), 1)
        grid = self.get("/value/rfm")["items"]
        self.assertEqual(len(grid), 25)
        self.assertEqual(
            sum(cell["customers"] for cell in grid), sum(row["customers"] for row in summary["rfm_segments"])
        )
        spread = self.get("/value/distribution?of=revenue_365d")
        self.assertEqual(sum(tenth["customers"] for tenth in spread["deciles"]), spread["customers"])
        self.assertTrue(0 < spread["gini"] < 1)
        self.assertEqual(len(self.get("/value/series?from=2025-10-01")["items"]), 3)
        moved = self.get("/value/movements?from=2025-10-01&to=2025-12-01")["items"]
        self.assertEqual(sum(row["customers"] for row in moved), summary["customers"])

    def test_offers_for_a_segment_reach_the_customers_in_it(self):
        customer = self.customers[3]
        segment = self.get(f"/customers/{customer}/value")["value_segment"]
        other = "low_value" if segment != "low_value" else "high_value"
        offers = []
        for wanted in (segment, other):
            made = self.boon.http(
                "POST", "/api/v1/offers", {"name": "for " + wanted, "target_segment": wanted, "value": 1000}
            )
            self.assertEqual(made.status, 201, made.body)
            offers.append(made.json["offer_id"])
        answer = self.boon.http(
            "POST", "/api/v1/decisions", {"customer_id": customer, "limit": 20, "explain": True}
        ).json
        causes = {row["offer_id"]: row["cause"] for row in answer["considered"]}
        self.assertNotIn(causes[offers[0]], ("segment_unknown", "other_segment"))
        self.assertEqual(causes[offers[1]], "other_segment")

    def test_the_command_line_shows_the_same(self):
        self.assertIn("high_value", self.boon.run("value")[1])
        self.assertIn("score", self.boon.run("value", "show", self.customers[0])[1])
        self.assertIn("tenth", self.boon.run("value", "distribution")[1])


class Settings(unittest.TestCase):
    def test_segments_that_do_not_fit_their_thresholds_stop_the_start(self):
        boon = Instance()
        self.addCleanup(boon.close)
        boon.init()
        code, _, problem = boon.run("value", check=False, environment={"CVM_VALUE_SEGMENTS": "gold,silver"})
        self.assertEqual(code, 2)
        self.assertIn("BOON_VALUE_THRESHOLDS is 70,40: expected 1 scores", problem)

    def test_what_is_switched_off_answers_so(self):
        boon = Instance()
        self.addCleanup(boon.close)
        boon.init()
        code, _, problem = boon.run("value", check=False, environment={"CVM_ENABLED": "False"})
        self.assertEqual(code, 5)
        self.assertIn("switched off (CVM_ENABLED)", problem)


if __name__ == "__main__":
    unittest.main()
