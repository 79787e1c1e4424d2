"""Models made elsewhere, named by settings: what they answer over HTTP is what their weights say; what cannot be served
is refused in words, and nothing old serves in its place."""
import csv
import hashlib
import json
import pathlib
import shutil
import unittest

import hand_made
from instance import Instance

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "own-model"
MAPPING = json.dumps({
    "recency": "days_since_last_purchase", "revenue": "spend_all", "postpaid": "contract_type=postpaid"
})


def expected_rows():
    """What the network makes of the first two rows of rows.csv, which are anna's and bert's."""
    with open(EXAMPLE / "rows.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [[float(row[f"offer_{k}"]) for k in range(8)] for row in rows[:2]]


class OwnModels(unittest.TestCase):
    """anna: 3 days since her last purchase, 10 spent, postpaid; bert: 60 days, 10, prepaid. Offers 1 and 2 are live."""

    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.init()
        (cls.boon.home / "warehouse.toml").write_text(
            "[warehouse.views]\n"
            "transactions = \"SELECT * FROM (VALUES ('anna', TIMESTAMP '2026-02-26', 10, 'purchase'), "
            "('bert', TIMESTAMP '2025-12-31', 10, 'purchase'), ('carl', TIMESTAMP '2026-03-01', 10, 'purchase')) "
            "t(customer_id, occurred_at, amount, type)\"\n"
            "customers = \"SELECT * FROM (VALUES ('anna', 'postpaid'), ('bert', 'prepaid'), ('carl', 'postpaid')) "
            "t(customer_id, contract_type)\"\n"
        )
        offers = cls.boon.root / "offers.json"
        offers.write_text(json.dumps([
            {"offer_id": 1, "name": "Double points", "value": 2, "status": "live"},
            {"offer_id": 2, "name": "Free shipping", "value": 5, "status": "live"},
        ]))
        cls.boon.run("import", "offers", offers)
        cls.boon.run("features")
        cls.files = cls.boon.root / "files"
        shutil.copytree(EXAMPLE, cls.files)

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def tearDown(self):
        self.boon.stop()

    def settings(self, **others):
        return {
            "ML_MODEL_NBO_PATH": str(self.files / "offers.tflite"),
            "ML_MODEL_NBO_SCALER_PATH": str(self.files / "scaler.json"), "ML_FEATURE_MAPPING": MAPPING, **others
        }

    def nbo(self, customer):
        return self.boon.http("GET", f"/api/v1/customers/{customer}/predictions/nbo").json

    def champions(self):
        listed = self.boon.http("GET", "/api/v1/models").json["items"]
        return {version["name"]: version for version in listed if version["state"] == "champion"}

    def doctor(self, settings):
        _, out, _ = self.boon.run("doctor", environment=settings, check=False)
        return " ".join(out.split())

    def test_1_a_network_serves_shares_of_offers(self):
        self.boon.serve(self.settings())
        sha256 = hashlib.sha256((EXAMPLE / "offers.tflite").read_bytes()).hexdigest()
        for customer, shares in zip(("anna", "bert"), expected_rows()):
            answer = self.nbo(customer)
            self.assertEqual(list(answer["offer_scores"]), [str(offer) for offer in range(8)])
            for offer, share in enumerate(shares):
                self.assertAlmostEqual(answer["offer_scores"][str(offer)], share, delta=1e-5)
            first = shares.index(max(shares))
            self.assertEqual(answer["recommended_offer"], first)
            self.assertAlmostEqual(answer["confidence"], max(shares), delta=1e-5)
            known = first in (1, 2)
            if not known:
                self.assertEqual(answer["offer_details"], {
                    "offer_id": first, "name": f"Offer #{first}", "description": "Offer details not available"
                })
            self.assertEqual(answer["score_kind"], "share")
            self.assertEqual((answer["is_fallback"], answer["trained_at"]), (False, None))
            self.assertTrue(answer["model_version"].startswith(f"tflite-{sha256[:12]}-"), answer["model_version"])
            self.assertIn("its share among likely choices is", answer["explanation"])
            self.assertIn("estimated", answer["explanation"])
            reasons = answer["reasons"]
            total = reasons["base"] + sum(reason["effect"] for reason in reasons["effects"])
            self.assertAlmostEqual(total, reasons["margin"], places=6)

    def test_2_decisions_and_the_base_are_scored_with_it(self):
        self.boon.serve(self.settings())
        decided = self.boon.http("POST", "/api/v1/decisions", {"customer_id": "anna", "limit": 2, "explain": True}).json
        self.assertEqual(decided["versions"]["model"], self.nbo("anna")["model_version"])
        shares = expected_rows()[0]
        for offer in decided["offers"]:
            self.assertEqual(offer["score_kind"], "share")
            self.assertAlmostEqual(offer["probability"], shares[offer["offer_id"]], delta=1e-5)
        job = self.boon.job("score")
        self.assertEqual(job["state"], "succeeded", job)
        scores = self.boon.http("GET", "/api/v1/customers/bert/scores").json["scores"]
        shares = expected_rows()[1]
        self.assertEqual(scores["nbo_offer"], shares.index(max(shares)))
        self.assertAlmostEqual(scores["nbo_probability"], max(shares), delta=1e-5)

    def test_3_the_card_says_that_nobody_has_judged_it(self):
        self.boon.serve(self.settings())
        version = self.champions()["nbo"]
        self.assertEqual((version["verdict"], version["gate_passed"]), ("made elsewhere: no evaluation", False))
        path = f"/api/v1/models/nbo/versions/{version['version']}"
        card = self.boon.http("GET", path + "/card").json
        self.assertEqual(card["evaluation"], "none: made elsewhere")
        self.assertEqual(card["setting"], "ML_MODEL_NBO_PATH")
        self.assertIn("share of each offer", card["answers"])
        self.assertEqual(card["inputs"][2], {"name": "postpaid", "column": "contract_type=postpaid"})
        self.assertEqual(self.boon.http("GET", path + "/metrics").status, 200)
        refused = self.boon.http("POST", path + ":promote")
        self.assertEqual(refused.status, 409)
        self.assertIn("ML_MODEL_NBO_PATH says what serves nbo", refused.json["detail"])
        self.boon.stop()
        self.assertIn("serves nbo as tflite-", self.doctor(self.settings()))

    def test_4_what_is_refused_stops_nothing_and_is_told(self):
        self.boon.run("doctor", environment=self.settings(), check=False)  # a champion, which must not serve any more
        broken = self.files / "broken.tflite"
        broken.write_bytes((EXAMPLE / "offers.tflite").read_bytes()[:700])
        two = json.dumps(["days_since_last_purchase", "spend_all"])
        for settings, words in (
            (self.settings(ML_MODEL_NBO_PATH=str(broken)), "the file is damaged"),
            (self.settings(ML_FEATURE_MAPPING=two), "the model reads 3 inputs, and 2 columns are named"),
            (self.settings(ML_MODEL_INPUT_SIZE="40"), "the model reads 3 inputs, and ML_MODEL_INPUT_SIZE is 40"),
            (self.settings(ML_FEATURE_MAPPING=MAPPING.replace("spend_all", "income")), "not there: \"income\""),
        ):
            self.boon.serve(settings)
            answer = self.nbo("anna")
            self.assertEqual((answer["is_fallback"], answer["model_version"]), (True, ""), words)
            self.assertEqual(answer["recommended_offer"], 2)  # by value alone
            self.boon.stop()
            self.assertIn(words, self.doctor(settings))

    def test_5_without_the_setting_what_was_there_serves_again(self):
        hand_made.promote(
            self.boon, "churn", "probability", hand_made.ensemble(1, [(0, hand_made.stump(0, 30, -2, 2))]),
            [hand_made.column(self.boon, "days_since_last_purchase")], {"calibration": {"kind": "identity"}},
        )
        model = self.files / "churn.json"
        model.write_text(hand_made.ensemble(1, [(0, hand_made.stump(0, 30, -1, 1))]))
        mapping = json.dumps({"churn": ["days_since_last_purchase"]})
        self.boon.serve({"ML_MODEL_CHURN_PATH": str(model), "ML_FEATURE_MAPPING": mapping})
        own = self.boon.http("GET", "/api/v1/customers/bert/predictions/churn").json
        self.assertAlmostEqual(own["churn_probability"], 0.731059, places=6)  # of the margin 1
        self.assertTrue(own["model_version"].startswith("xgboost-"))
        self.assertNotIn("estimated", own["explanation"])
        self.boon.stop()
        self.boon.serve()
        before = self.boon.http("GET", "/api/v1/customers/bert/predictions/churn").json
        self.assertEqual(before["model_version"], "churn-by-hand")
        self.assertAlmostEqual(before["churn_probability"], 0.880797, places=6)  # of the margin 2
        self.assertNotIn("nbo", self.champions())

    def test_6_a_file_that_was_named_and_is_not_there_stops_the_start(self):
        code, _, problem = self.boon.run(
            "doctor", environment={"ML_MODEL_LTV_PATH": "absent.tflite"}, check=False
        )
        self.assertNotEqual(code, 0)
        self.assertIn("setting ML_MODEL_LTV_PATH = ", problem)
        self.assertIn("there is no such file", problem)

    def test_7_eval_holds_the_file_against_its_maker(self):
        _, out, _ = self.boon.run("eval", "--study", EXAMPLE / "check.toml")
        self.assertIn("largest_difference", out)
        self.assertIn("reached", out)
        report = self.boon.json("eval", "--study", EXAMPLE / "check.toml")[0]
        self.assertLess(report["figures"][0]["estimate"]["value"], 1e-5)
        self.assertEqual(report["rows"], 200)
        # Without its scaler the same file answers otherwise.
        study = self.files / "unscaled.toml"
        study.write_text((EXAMPLE / "check.toml").read_text().replace('scaler = "scaler.json"\n', ""))
        code, out, _ = self.boon.run("eval", "--study", study, check=False)
        self.assertNotEqual(code, 0)
        self.assertIn("MISSED", out)


if __name__ == "__main__":
    unittest.main()
