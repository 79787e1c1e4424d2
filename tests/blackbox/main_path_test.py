"""From a company's history and its offers to the next best offer, as its users go: command line, then HTTP."""
import unittest

from instance import Instance


MODELS = {
    "nbo", "churn", "ltv", "propensity", "upsell", "cross_sell", "default_risk", "engagement", "campaign_response",
    "product_recommendation",
}


class MainPath(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance().with_world(customers=4000)
        cls.trained = cls.boon.json("train", "all")
        cls.customers = [row["customer_id"] for row in cls.boon.json("customers")["items"]]
        cls.boon.serve()

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def test_the_world_is_a_sound_warehouse(self):
        checks = {check["part"]: check for check in self.boon.http("GET", "/api/v1/doctor").json["items"]}
        self.assertEqual(checks["warehouse"]["health"], "ok", checks["warehouse"])
        self.assertEqual(checks["database"]["health"], "ok", checks["database"])

    def test_a_decision_on_the_command_line_says_why(self):
        text = self.boon.run("decide", self.customers[0], "--explain")[1]
        self.assertIn("1. ", text)
        self.assertIn("why: ", text)
        self.assertIn("what would change it", text)
        self.assertIn("decision ", text)

    def test_an_unknown_customer_is_404_with_a_hint_or_gets_the_fallback(self):
        code, _, problem = self.boon.run("decide", "nobody", check=False)
        self.assertEqual(code, 4)
        self.assertIn("nobody", problem)
        self.assertIn("hint:", problem)
        answer = self.boon.http("POST", "/api/v1/decisions", {"customer_id": "nobody"})
        self.assertEqual(answer.status, 404)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertTrue(answer.json["hint"])
        answer = self.boon.http("POST", "/api/v1/decisions", {"customer_id": "nobody", "allow_unknown": True})
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.json["offers"])
        self.assertNotIn("calibrated", [offer["score_kind"] for offer in answer.json["offers"]])

    def test_a_decision_over_http_is_kept_and_its_outcome_counts_once(self):
        decision = self.boon.http("POST", "/api/v1/decisions", {"customer_id": self.customers[1], "limit": 2}).json
        kept = self.boon.http("GET", f"/api/v1/decisions/{decision['decision_id']}")
        self.assertEqual(kept.status, 200)
        self.assertEqual(kept.json["customer_id"], self.customers[1])
        outcome = {
            "decision_id": decision["decision_id"],
            "offer_id": decision["offers"][0]["offer_id"],
            "kind": "converted",
        }
        first = self.boon.http("POST", "/api/v1/outcomes", outcome)
        again = self.boon.http("POST", "/api/v1/outcomes", outcome)
        self.assertEqual((first.status, first.json["recorded"]), (200, "added"), first.body)
        self.assertEqual((again.status, again.json["recorded"]), (200, "duplicate"), again.body)
        outcomes = self.boon.http("GET", f"/api/v1/decisions/{decision['decision_id']}/outcomes").json["items"]
        self.assertEqual([row["kind"] for row in outcomes], ["converted"])

    def test_the_customer_and_the_predictions(self):
        path = f"/api/v1/customers/{self.customers[2]}"
        customer = self.boon.http("GET", path).json
        self.assertGreater(len(customer["features"]), 40)
        nbo = self.boon.http("GET", f"{path}/predictions/nbo").json
        shape = ("customer_id", "recommended_offer", "offer_details", "offer_scores", "confidence", "explanation")
        for member in shape:
            self.assertIn(member, nbo)
        churn = self.boon.http("GET", f"{path}/predictions/churn").json
        self.assertIn("churn_probability", churn)
        ltv = self.boon.http("GET", f"{path}/predictions/ltv").json
        self.assertIn("predicted_ltv", ltv)

    def test_different_customers_get_different_offers(self):
        first = set()
        for customer in self.boon.http("GET", "/api/v1/customers?limit=200").json["items"]:
            answer = self.boon.http("POST", "/api/v1/decisions", {"customer_id": customer["customer_id"], "limit": 1})
            first.update(offer["offer_id"] for offer in answer.json["offers"])
        self.assertGreater(len(first), 1)

    def test_a_model_tells_two_hundred_customers_apart(self):
        ids = [row["customer_id"] for row in self.boon.http("GET", "/api/v1/customers?limit=200").json["items"]]
        answer = self.boon.http("POST", "/api/v1/predictions/nbo:batch", {"customer_ids": ids}).json
        self.assertEqual(answer["not_found"], 0)
        self.assertGreater(len({item["recommended_offer"] for item in answer["items"]}), 1)
        passed = [result["model"] for result in self.trained if result["gate"] == "passed"]
        for model, number in (("propensity", "propensity"), ("engagement", "engagement_score")):
            if model not in passed:
                continue
            items = self.boon.http("POST", f"/api/v1/predictions/{model}:batch", {"customer_ids": ids}).json["items"]
            self.assertGreater(len({item[number] for item in items}), 20, model)

    def test_a_version_shows_its_curves(self):
        for result in self.trained:
            path = f"/api/v1/models/{result['model']}/versions/{result['version']}/metrics"
            metrics = self.boon.http("GET", path).json
            self.assertEqual(metrics["gate"]["passed"], result["gate"] == "passed")
            binary, amount = metrics["test"]["binary"], metrics["test"]["amount"]
            if binary:
                for curve in ("roc", "gain"):
                    self.assertEqual(binary[curve][0], {"x": 0, "y": 0})
                    self.assertAlmostEqual(binary[curve][-1]["y"], 1)
                self.assertAlmostEqual(binary["lift"][-1]["y"], 1)
                for point, gain in zip(binary["lift"], binary["gain"][1:]):
                    self.assertAlmostEqual(point["y"] * point["x"], gain["y"])
                self.assertLessEqual(binary["auc"]["lower"], binary["auc"]["value"])
            elif result["model"] == "product_recommendation":
                self.assertTrue(all("gain" in baseline for baseline in metrics["baselines"]), metrics)
                self.assertEqual(sum(one["won"] for one in metrics["competition"]), 2, metrics["competition"])
            else:
                self.assertLessEqual(len(amount["deciles"]), 10)
                self.assertGreater(amount["rank_correlation"]["value"], 0.3, result["model"])

    def test_the_whole_base_is_scored_as_one_by_one(self):
        job = self.boon.job("score")
        self.assertEqual(job["state"], "succeeded", job)
        run = self.boon.http("GET", "/api/v1/scores/runs").json["items"][0]
        self.assertEqual(run["customers"], 4000)
        serving = {row["name"] for row in self.boon.http("GET", "/api/v1/models").json["items"]
                   if row["state"] == "champion"}
        self.assertEqual({column["model"] for column in run["columns"]}, serving - {"product_recommendation"})
        with open(run["file"], "rb") as parquet:
            self.assertEqual(parquet.read(4), b"PAR1")
        for customer in self.customers[:5]:
            path = f"/api/v1/customers/{customer}"
            scores = self.boon.http("GET", f"{path}/scores").json["scores"]
            for model, column, member in (
                ("churn", "churn_probability", "churn_probability"), ("ltv", "predicted_ltv", "predicted_ltv"),
                ("ltv", "predicted_ltv_upper", "upper"), ("propensity", "propensity", "propensity"),
                ("upsell", "upsell_probability", "upsell_probability"),
                ("default_risk", "default_probability", "default_probability"),
                ("engagement", "engagement_score", "engagement_score"), ("nbo", "nbo_probability", "confidence"),
                ("nbo", "nbo_offer", "recommended_offer"),
                ("campaign_response", "response_probability", "response_probability"),
            ):
                if model not in serving:
                    continue
                alone = self.boon.http("GET", f"{path}/predictions/{model}").json[member]
                with self.subTest(customer=customer, column=column):
                    if alone is None:
                        self.assertIsNone(scores[column])
                    else:
                        self.assertAlmostEqual(scores[column], alone, delta=1e-5 * max(1, abs(alone)))

    def test_products_are_ranked_for_who_bought_some_and_are_popular_for_others(self):
        verdicts = {result["model"]: result["gate"] for result in self.trained}
        self.assertEqual(verdicts["product_recommendation"], "passed", self.trained)
        bases = set()
        for customer in self.customers[:40]:
            path = f"/api/v1/customers/{customer}/predictions/product_recommendation"
            answer = self.boon.http("GET", path).json
            fresh = self.boon.http("GET", path + "?task=new_items&limit=20").json
            bases.add(answer["basis"])
            self.assertEqual(len(answer["products"]), 10)
            self.assertEqual(answer["is_fallback"], answer["basis"] != "purchases")
            scores = [product["score"] for product in answer["products"]]
            self.assertEqual(scores, sorted(scores, reverse=True))
            self.assertEqual({product["days_bought"] for product in fresh["products"]}, {0})
        self.assertIn("purchases", bases)
        nobody = "/api/v1/customers/nobody/predictions/product_recommendation?allow_unknown=true"
        self.assertEqual(self.boon.http("GET", nobody).json["basis"], "popular")

    def test_nothing_has_drifted_from_itself(self):
        for _ in range(2):
            job = self.boon.job("drift")
            self.assertEqual(job["state"], "succeeded", job)
        reports = self.boon.http("GET", "/api/v1/models/nbo/drift").json["items"]
        self.assertEqual([report["level"] for report in reports], ["stable", "stable"])
        self.assertEqual(reports[0]["features"][0]["psi"], 0)

    def test_a_dry_run_and_a_check_of_the_gate_keep_nothing(self):
        before = self.boon.http("GET", "/api/v1/models").json["items"]
        for parameters in ({"dry_run": True}, {"shuffle_labels_seed": 1}):
            job = self.boon.job("train", {"model": "propensity", **parameters})
            self.assertEqual(job["state"], "succeeded", job)
            self.assertEqual(job["result"]["version"], "")
        self.assertEqual(job["result"]["gate"], "refused")  # of labels dealt out at random
        self.assertEqual(self.boon.http("GET", "/api/v1/models").json["items"], before)

    def test_a_paused_offer_is_shown_no_more_at_once(self):
        decide = {"customer_id": self.customers[3], "limit": 1}
        shown = self.boon.http("POST", "/api/v1/decisions", decide).json["offers"][0]["offer_id"]
        self.assertEqual(self.boon.http("POST", f"/api/v1/offers/{shown}:pause").status, 200)
        after = self.boon.http("POST", "/api/v1/decisions", {**decide, "limit": 8}).json
        self.assertNotIn(shown, [offer["offer_id"] for offer in after["offers"]])
        self.assertEqual(self.boon.http("POST", f"/api/v1/offers/{shown}:activate").status, 200)

    def test_an_offer_changes_only_for_who_saw_its_latest_version(self):
        offer = self.boon.http("GET", "/api/v1/offers/0")
        etag = offer.headers["ETag"]
        self.assertEqual(self.boon.http("PATCH", "/api/v1/offers/0", {"weight": 2}).status, 428)
        changed = self.boon.http("PATCH", "/api/v1/offers/0", {"weight": 2}, headers={"If-Match": etag})
        self.assertEqual((changed.status, changed.json["weight"]), (200, 2))
        stale = self.boon.http("PATCH", "/api/v1/offers/0", {"weight": 3}, headers={"If-Match": etag})
        self.assertEqual(stale.status, 412)
        revisions = self.boon.http("GET", "/api/v1/offers/0/history").json["items"]
        versions = [row["version"] for row in revisions]
        self.assertEqual(versions, sorted(versions, reverse=True))

    def test_keys_have_scopes_and_an_end(self):
        made = self.boon.http("POST", "/api/v1/keys", {"name": "reader", "scopes": ["read"]}).json
        self.assertEqual(self.boon.http("GET", "/api/v1/offers", key=made["key"]).status, 200)
        self.assertEqual(self.boon.http("POST", "/api/v1/decisions", {"customer_id": "x"}, key=made["key"]).status, 403)
        self.assertEqual(self.boon.http("DELETE", f"/api/v1/keys/{made['id']}").status, 204)
        self.assertEqual(self.boon.http("GET", "/api/v1/offers", key=made["key"]).status, 401)
        self.assertEqual(self.boon.http("GET", "/api/v1/offers", key="").status, 401)

    def test_every_operation_refuses_a_caller_without_a_key(self):
        document = self.boon.http("GET", "/openapi.json", key="").json
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                with self.subTest(path=path, method=method):
                    url = path.replace("{", "").replace("}", "")
                    answer = self.boon.http(method.upper(), url, key="", body={} if method != "get" else None)
                    if operation["security"]:
                        self.assertEqual(answer.status, 401)
                    else:
                        # Who has no key logs in here: an empty login is refused for what it says, not for who asks.
                        login = path.startswith("/api/v1/session")
                        self.assertIn(answer.status, (400,) if login else (200, 503))

    def test_the_server_tells_how_it_is(self):
        self.assertEqual(self.boon.http("GET", "/livez", key="").status, 200)
        self.assertEqual(self.boon.http("GET", "/readyz", key="").status, 200)
        page = self.boon.http("GET", "/docs", key="")
        self.assertEqual(page.status, 200)
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])

    def test_what_the_gate_let_through_serves_and_nothing_else(self):
        verdicts = {result["model"]: result["gate"] for result in self.trained}
        self.assertEqual(set(verdicts), MODELS)
        self.assertEqual(verdicts["nbo"], "passed", self.trained)
        self.assertGreaterEqual(sum(verdict == "passed" for verdict in verdicts.values()), 5, verdicts)
        states = {row["name"]: row["state"] for row in self.boon.http("GET", "/api/v1/models").json["items"]}
        expected = {name: "champion" if verdict == "passed" else "candidate" for name, verdict in verdicts.items()}
        self.assertEqual(states, expected)
        for result in self.trained:
            self.assertTrue(any("gate: " + result["gate"] in line for line in result["words"]), result["words"])


if __name__ == "__main__":
    unittest.main()
