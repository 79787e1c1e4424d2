"""What a person sees first, finds and may know of the settings: attention, totals, search, settings without secrets."""
import unittest

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
        cls.boon.serve()

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

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
