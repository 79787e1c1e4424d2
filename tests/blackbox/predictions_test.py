"""What /predictions/nbo, /churn and /ltv answer, to the last member: models made by hand, answers worked out on paper.

The expected bodies are in golden/. Only numbers are rounded (to six decimals), and an offer of the catalogue stands for
what its own route answers."""
import json
import pathlib
import unittest

import hand_made
from instance import Instance

GOLDEN = pathlib.Path(__file__).parent / "golden"
RECENCY = "days_since_last_purchase"


def comparable(node):
    if isinstance(node, float):
        return round(node, 6)
    if isinstance(node, list):
        return [comparable(item) for item in node]
    if isinstance(node, dict):
        return {
            name: comparable(value)
            for name, value in node.items()
        }
    return node


class Predictions(unittest.TestCase):
    """At the end of the data, 1 March, anna's last purchase was 3 days ago, bert's 60; offers 1 and 2 are live."""

    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.init()
        folder = cls.boon.home / "data"
        folder.mkdir()
        with open(folder / "t.json", "w") as rows:
            for customer, at in (
                ("anna", "2026-02-26 00:00:00"), ("bert", "2025-12-31 00:00:00"), ("carl", "2026-03-01 00:00:00")
            ):
                row = {"customer_id": customer, "occurred_at": at, "amount": 10, "type": "purchase"}
                rows.write(json.dumps(row) + "\n")
        (cls.boon.home / "warehouse.toml").write_text(
            "[warehouse]\nfolders = [\"data\"]\n[warehouse.views]\n"
            f"transactions = \"SELECT * FROM read_json('{folder}/t.json')\"\n"
            f"customers = \"SELECT DISTINCT customer_id FROM read_json('{folder}/t.json')\"\n"
        )
        offers = cls.boon.root / "offers.json"
        offers.write_text(json.dumps([
            {"offer_id": 1, "name": "Double points", "category": "points", "value": 2, "status": "live"},
            {"offer_id": 2, "name": "Free shipping", "value": 5, "status": "live"},
        ]))
        cls.boon.run("import", "offers", offers)
        cls.boon.run("features")
        cls.recency = hand_made.column(cls.boon, RECENCY)

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def tearDown(self):
        self.boon.stop()

    def check(self, name, path):
        answer = self.boon.http("GET", path)
        body = comparable(answer.json)
        details = body.get("offer_details")
        if details and "version" in details:  # an offer of the catalogue, as its own route shows it
            offer = comparable(self.boon.http("GET", f"/api/v1/offers/{details['offer_id']}").json)
            body["offer_details"] = offer["name"] if details == offer else details
        expected = json.loads((GOLDEN / f"{name}.json").read_text())
        self.assertEqual(answer.headers["Content-Type"].split(";")[0], expected["type"])
        self.assertEqual(answer.status, expected["status"], answer.body)
        # As text, so that the order of members counts, too.
        self.assertEqual(json.dumps(body, indent=2), json.dumps(expected["body"], indent=2))

    def nbo_by_pair(self):
        # Recent customers accept, offer 1 is liked. Margins: anna 2 and 0, bert -2 and -4.
        hand_made.promote(
            self.boon, "nbo", "pair",
            hand_made.ensemble(2, [(0, hand_made.stump(0, 30, 0, -4)), (0, hand_made.stump(1, 0.5, 0, 2))]),
            [self.recency, hand_made.offer_column("offer.id=1")],
            {"calibration": {"kind": "isotonic", "raw": [0.2, 0.5, 0.6], "calibrated": [0.1, 0.25, 0.75]}},
        )

    def test_1_without_models(self):
        self.boon.serve()
        self.check("nbo_without_model", "/api/v1/customers/anna/predictions/nbo")
        self.check("churn_without_model", "/api/v1/customers/anna/predictions/churn")
        self.check("ltv_without_model", "/api/v1/customers/anna/predictions/ltv")
        for model in ("nbo", "churn", "ltv"):
            self.check("unknown_customer", f"/api/v1/customers/zoe/predictions/{model}")

    def test_2_with_models(self):
        self.nbo_by_pair()
        hand_made.promote(
            self.boon, "churn", "probability", hand_made.ensemble(1, [(0, hand_made.stump(0, 30, -2, 2))]),
            [self.recency],
            {"calibration": {"kind": "isotonic", "raw": [0.2, 0.8], "calibrated": [0.125, 0.875]}, "threshold": 0.7},
        )
        hand_made.promote(
            self.boon, "ltv", "amount", hand_made.ensemble(1, [(0, hand_made.stump(0, 30, 99.5, 9.5))], amount=True),
            [self.recency],
            {"calibration": {"kind": "identity"},
             "interval": {"predicted": [10, 100], "lower": [4, 60], "upper": [20, 180]}},
        )
        self.boon.serve()
        self.check("nbo_known_offer", "/api/v1/customers/anna/predictions/nbo")
        self.check("churn", "/api/v1/customers/bert/predictions/churn")
        self.check("ltv", "/api/v1/customers/anna/predictions/ltv")
        self.check("nbo_somebody_nobody_knows", "/api/v1/customers/zoe/predictions/nbo?allow_unknown=true")
        for model in ("nbo", "churn", "ltv"):
            self.check("unknown_customer", f"/api/v1/customers/zoe/predictions/{model}")

    def test_3_an_inactive_and_an_unknown_offer(self):
        # Labels 1 and 9: softmax of (ln 3, 0) for recent customers is 3/4, 1/4; of (0, ln 3) for others 1/4, 3/4.
        hand_made.retire(self.boon, "nbo")
        hand_made.promote(
            self.boon, "nbo", "multi_class",
            hand_made.ensemble(
                1, [(0, hand_made.stump(0, 30, 1.0986123, 0)), (1, hand_made.stump(0, 30, 0, 1.0986123))], classes=2
            ),
            [self.recency], {"calibration": {"kind": "identity"}}, labels=[1, 9], version="nbo-2-by-hand",
        )
        self.boon.serve()
        offer = self.boon.http("GET", "/api/v1/offers/1")
        changed = self.boon.http("PATCH", "/api/v1/offers/1", {"is_active": False}, headers={"If-Match": offer.headers["ETag"]})
        self.assertEqual(changed.status, 200, changed.body)
        self.check("nbo_inactive_offer", "/api/v1/customers/anna/predictions/nbo")
        self.check("nbo_unknown_offer", "/api/v1/customers/bert/predictions/nbo")


if __name__ == "__main__":
    unittest.main()
