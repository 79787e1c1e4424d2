"""What a person sees first, finds and may know of the settings: attention, totals, search, settings without secrets."""
import json
import sqlite3
import unittest

import hand_made
from instance import Instance, instance

SECRET = "not-to-be-shown"


class Settings(unittest.TestCase):
    def test_values_come_with_their_source_and_without_secrets(self):
        with instance() as boon:
            boon.init("--currency", "EUR")
            boon.serve({"XIVA_API_PASSWORD": SECRET, "BOON_SESSION_IDLE_MINUTES": "30"})
            answer = boon.http("GET", "/api/v1/settings")
            self.assertNotIn(SECRET, answer.body.decode())
            settings = {each["key"]: each for each in answer.json["items"]}

            def seen(key):
                return settings[key]["value"], settings[key]["source"], settings[key]["is_secret"]

            self.assertEqual(seen("currency"), ("EUR", "file", False))
            self.assertEqual(seen("session.idle_minutes"), ("30", "environment", False))
            self.assertEqual(seen("session.max_hours"), ("12", "standard", False))
            self.assertEqual(seen("http.port"), ("0", "flag", False))
            self.assertEqual(seen("xiva.password"), (None, "environment", True))
            self.assertEqual(seen("crm.token"), (None, "standard", True))


class Home(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance().with_world(customers=1500)
        recency = hand_made.column(cls.boon, "days_since_last_purchase")
        for model in ("churn", "propensity"):
            tree = hand_made.ensemble(1, [(0, hand_made.stump(0, 30, -2, 2))])
            hand_made.promote(cls.boon, model, "probability", tree, [recency], {"calibration": {"kind": "identity"}})
        missed = {"checked_at": "2026-06-01T00:00:00Z", "level": "drifted", "words": "it said 30 %, and 10 % came true"}
        with sqlite3.connect(cls.boon.home / "boon.db") as database:
            for version, day, level, outcomes in (
                ("churn-by-hand", 1, "drifted", None),
                ("churn-of-old", 2, "stable", None),
                ("propensity-by-hand", 1, "drifted", None),
                ("propensity-by-hand", 2, "moving", json.dumps(missed)),
            ):
                database.execute(
                    "insert into model_drifts (name, version, measured_at, as_of, reference_as_of, customers, level,"
                    " score_psi, features, outcomes) values (?, ?, ?, 0, 0, 1500, ?, 0.3, ?, ?)",
                    (version.split("-")[0], version, day, level, '[{"name": "spend_90d", "psi": 0.4}]', outcomes),
                )
        database.close()
        cls.boon.serve()

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def test_an_examination_is_kept_for_who_takes_an_older_one(self):
        first = self.boon.http("GET", "/api/v1/doctor").json
        kept = self.boon.http("GET", "/api/v1/doctor?max_age_s=600").json
        self.assertEqual(kept, first)
        self.assertGreater(self.boon.http("GET", "/api/v1/doctor").json["examined_at"], first["examined_at"])
        self.assertEqual(self.boon.http("GET", "/api/v1/doctor?max_age_s=-1").status, 400)

    def test_totals_are_what_is_there(self):
        home = self.boon.http("GET", "/api/v1/home").json
        totals = {total["name"]: total["value"] for total in home["totals"]}
        live = self.boon.http("GET", "/api/v1/offers?status=live&is_active=true&limit=1").json["total"]
        self.assertEqual(totals["offers_live"], live)
        self.assertEqual(totals["customers"], 1500)
        self.assertNotIn("warehouse", [each["kind"] for each in home["attention"]], "features were just computed")

    def test_a_job_that_failed_needs_attention_until_one_succeeds(self):
        failed = self.boon.job("train", {"models": ["no such model"]})
        self.assertEqual(failed["state"], "failed", failed)
        jobs = [each for each in self.boon.http("GET", "/api/v1/home").json["attention"] if each["kind"] == "job"]
        self.assertEqual([(each["subject"], each["severity"]) for each in jobs], [(failed["id"], "error")])
        self.assertEqual(jobs[0]["detail"], failed["error"])

    def test_models_that_drifted_need_attention_by_the_last_measurement_of_what_serves(self):
        models = {
            (each["cause"], each["subject"]): each
            for each in self.boon.http("GET", "/api/v1/home").json["attention"] if each["kind"] == "model"
        }
        # A version that was measured later and does not serve any more says nothing of the one that does.
        self.assertEqual(set(models), {("model_off_target", "propensity"), ("model_drifted", "churn")})
        self.assertIn("spend_90d (PSI 0.40)", models["model_drifted", "churn"]["detail"])
        told = models["model_off_target", "propensity"]
        self.assertEqual(told["detail"], "it said 30 %, and 10 % came true")
        self.assertEqual((told["severity"], told["facts"]), ("warning", {"model": "propensity"}))

    def test_search(self):
        def found(text):
            items = self.boon.http("GET", f"/api/v1/search?q={text}").json["items"]
            return [(hit["kind"], hit["id"]) for hit in items]

        customer = self.boon.http("GET", "/api/v1/customers?limit=1").json["items"][0]["customer_id"]
        offer = self.boon.http("GET", "/api/v1/offers?limit=1").json["items"][0]
        self.assertIn(("customer", customer), found(customer))
        self.assertIn(("offer", str(offer["offer_id"])), found(offer["name"].split()[0]))
        self.assertLessEqual(len(found(customer[:1])), 20)
        self.assertEqual(found(""), [])
        self.assertEqual(self.boon.http("GET", "/api/v1/search?q=" + "x" * 101).status, 400)


if __name__ == "__main__":
    unittest.main()
