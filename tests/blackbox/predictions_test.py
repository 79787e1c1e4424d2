"""What /predictions/{model} answers, to the last member: models made by hand, answers worked out on paper.

The expected bodies are in golden/. Only numbers are rounded (to six decimals), and an offer of the catalogue stands for
what its own route answers."""
import json
import pathlib
import unittest

import hand_made
from instance import Instance

GOLDEN = pathlib.Path(__file__).parent / "golden"
MODELS = (
    "nbo", "churn", "ltv", "propensity", "upsell", "default_risk", "engagement", "campaign_response",
    "product_recommendation", "rfm"
)
RECENCY = "days_since_last_purchase"


def comparable(node):
    if isinstance(node, float):
        rounded = round(node, 6)
        return int(rounded) if rounded == int(rounded) else rounded
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
            "customers = \"SELECT * FROM (VALUES ('anna', 'postpaid'), ('bert', 'prepaid'), ('carl', 'postpaid')) "
            "t(customer_id, contract_type)\"\n"
            "payments = \"SELECT 'anna' AS customer_id, TIMESTAMP '2026-02-01' AS due_at, TIMESTAMP '2026-02-01' AS "
            "paid_at, 19.0 AS amount\"\n"
            "holdings = \"SELECT 'anna' AS customer_id, 'tariff-1' AS product_id, 1 AS tier, TIMESTAMP '2026-01-01' AS "
            "started_at\"\n"
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
        self.assertEqual(json.dumps(body, indent=2), json.dumps(comparable(expected["body"]), indent=2))

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
        for model in ("propensity", "upsell", "default_risk", "engagement"):
            self.check(f"{model}_without_model", f"/api/v1/customers/anna/predictions/{model}")
        self.check(
            "campaign_response_without_model", "/api/v1/customers/anna/predictions/campaign_response?campaign_id=spring"
        )
        self.check("products_without_model", "/api/v1/customers/anna/predictions/product_recommendation")
        self.check("rfm_without_base", "/api/v1/customers/anna/predictions/rfm")
        for model in MODELS:
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
        for model in MODELS:
            self.check("unknown_customer", f"/api/v1/customers/zoe/predictions/{model}")

    def promote_the_others(self):
        # Margins of anna, whose last purchase is recent: 2 and -1.
        likes = {"calibration": {"kind": "isotonic", "raw": [0.2, 0.8], "calibrated": [0.25, 0.75]}}
        doubts = {"calibration": {"kind": "isotonic", "raw": [0.3, 0.7], "calibrated": [0.125, 0.875]}}
        for name, leaves, outputs in (
            ("propensity", (2, -2), likes), ("upsell", (2, -2), likes), ("cross_sell", (-1, 1), doubts),
            ("default_risk", (-1, 1), doubts),
        ):
            model = hand_made.ensemble(1, [(0, hand_made.stump(0, 30, *leaves))])
            hand_made.promote(self.boon, name, "probability", model, [self.recency], outputs)
        # Five points are the median of a base that has 0 to 10.
        hand_made.promote(
            self.boon, "engagement", "amount",
            hand_made.ensemble(1, [(0, hand_made.stump(0, 30, 5, 0.5))], amount=True), [self.recency],
            {"calibration": {"kind": "identity"},
             "interval": {"predicted": [1, 5], "lower": [0, 2], "upper": [3, 9]},
             "percentiles": {"values": [k / 10 for k in range(101)], "medium_from": 40, "high_from": 70}},
        )
        # Email is liked less. Probabilities of margin 1: .73, of 3: .95.
        hand_made.promote(
            self.boon, "campaign_response", "probability",
            hand_made.ensemble(3, [(0, hand_made.stump(0, 30, 2, -2)), (0, hand_made.stump(1, 0.5, 1, -1))]),
            [self.recency, hand_made.contact_column("email"), hand_made.contact_column("sms")],
            {"calibration": {
                "kind": "isotonic", "raw": [0.2, 0.7, 0.75, 0.9], "calibrated": [0.1, 0.5, 0.5, 0.75]}},
            campaigns={"spring": "email"},
            # Whose last purchase is recent responds surely with a contact; anybody else, and without one, by half.
            more={
                "uplift.json": json.dumps({"way": "two_models", "words": "", "bands": [
                    {"up_to": 0.25, "lower": None, "upper": None}, {"up_to": 0.75, "lower": 0.375, "upper": 0.625}]}),
                "uplift_treated.ubj": hand_made.ensemble(3, [(0, hand_made.stump(0, 30, 100, 0))]),
                "uplift_untreated.ubj": hand_made.ensemble(3, [(0, hand_made.stump(0, 30, 0, 0))]),
            },
        )

    def test_4_the_others_with_models(self):
        self.promote_the_others()
        self.boon.serve()
        for model in ("propensity", "upsell", "default_risk", "engagement"):
            self.check(model, f"/api/v1/customers/anna/predictions/{model}")
        self.check("default_risk_prepaid", "/api/v1/customers/bert/predictions/default_risk")
        self.check("default_risk_without_payments", "/api/v1/customers/carl/predictions/default_risk")
        response = "/api/v1/customers/anna/predictions/campaign_response"
        self.check("campaign_response", f"{response}?campaign_id=spring")
        self.check("campaign_response_new", f"{response}?campaign_id=autumn&channel=sms")
        self.check("campaign_response_no_interval", f"{response}?campaign_id=spring".replace("anna", "bert"))

        # Many at once: the same answers, and who is not known does no harm to the others.
        path = "/api/v1/predictions/propensity:batch"
        batch = self.boon.http("POST", path, {"customer_ids": ["anna", "zoe", "bert"], "explain": True}).json
        alone = {
            customer: self.boon.http("GET", f"/api/v1/customers/{customer}/predictions/propensity").json
            for customer in ("anna", "bert")
        }
        self.assertEqual((batch["model"], batch["not_found"]), ("propensity", 1))
        self.assertEqual(batch["items"][0], alone["anna"])
        self.assertEqual(batch["items"][1], {"customer_id": "zoe", "error": 'there is no customer "zoe"'})
        self.assertEqual(batch["items"][2], alone["bert"])
        brief = self.boon.http("POST", path, {"customer_ids": ["anna"]}).json["items"][0]
        self.assertEqual(brief, {**alone["anna"], "reasons": None, "explanation": ""})
        self.assertEqual(self.boon.http("POST", path, {"customer_ids": ["anna"] * 10001}).status, 400)
        unknown = "/api/v1/predictions/love:batch"
        self.assertEqual(self.boon.http("POST", unknown, {"customer_ids": ["anna"]}).status, 404)

        # And on the command line.
        self.assertEqual(self.boon.json("score", "propensity", "anna"), alone["anna"])
        self.assertIn("0.75", self.boon.run("score", "propensity", "anna")[1])

    def test_5_products(self):
        hand_made.promote_ranking(
            self.boon,
            {
                "ids": ["tea", "cups", "milk"], "segment_by": "contract_type",
                "popular": [
                    {"segment": "", "products": [2, 0], "shares": [0.5, 0.25]},
                    {"segment": "prepaid", "products": [1], "shares": [0.75]},
                ],
                "repeats_allowed": "blend: days bought + 2 × EASE with ridge 250",
                "new_items": "ease: ridge 250",
            },
            {"anna": ([(0, 2.5, 2), (1, 0.5, 0)], [(1, 0.25, 0)])},
        )
        self.boon.serve()
        path = "/api/v1/customers/{}/predictions/product_recommendation"
        self.check("products", path.format("anna"))
        self.check("products_new", path.format("anna") + "?task=new_items")
        self.check("products_without_purchases", path.format("bert"))  # prepaid
        self.check("products_of_another_segment", path.format("carl") + "?limit=1")
        self.check("products_somebody_nobody_knows", path.format("zoe") + "?allow_unknown=true")
        self.check("unknown_customer", path.format("zoe"))
        for wrong in ("?task=all", "?limit=0", "?limit=101"):
            self.assertEqual(self.boon.http("GET", path.format("anna") + wrong).status, 400, wrong)
        batch = self.boon.http(
            "POST", "/api/v1/predictions/product_recommendation:batch", {"customer_ids": ["anna", "zoe"]}
        ).json
        self.assertEqual(batch["items"][0], self.boon.http("GET", path.format("anna")).json)
        self.assertEqual(batch["not_found"], 1)
        text = self.boon.run("score", "product_recommendation", "anna")[1]
        self.assertIn("tea", text)

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
