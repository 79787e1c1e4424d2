"""An instance that was told of no warehouse knows its customers by what is posted."""
import datetime
import time
import unittest

from instance import Instance

NOW = datetime.datetime.now(datetime.timezone.utc)


def event(number, customer, days, amount, type="transaction", **data):
    at = (NOW - datetime.timedelta(days=days)).isoformat().replace("+00:00", "Z")
    return {"id": f"e{number}", "source": "shop", "type": type, "customer_id": customer, "occurred_at": at,
            "data": {**({"amount": amount} if amount is not None else {}), **data}}


class WithoutWarehouse(unittest.TestCase):
    def setUp(self):
        self.boon = Instance()
        self.addCleanup(self.boon.close)

    def customer(self, customer):
        answer = self.boon.http("GET", f"/api/v1/customers/{customer}")
        return answer.json if answer.status == 200 else None

    def when(self, customer, holds, within=60):
        until = time.monotonic() + within
        while time.monotonic() < until:
            known = self.customer(customer)
            if known is not None and holds(known):
                return known
            time.sleep(0.05)
        jobs = [(job["kind"], job["state"], job["error"]) for job in self.boon.http("GET", "/api/v1/jobs").json["items"]]
        self.fail(f"{customer} is not known so: {known and (known['stage'], known['value_segment'])}; jobs: {jobs}")

    def features(self, known):
        return {row["name"]: row["value"] for row in known["features"]}

    def test_features_stage_and_value_of_what_is_posted_alone(self):
        boon = self.boon
        boon.init()
        boon.serve()
        self.assertEqual(boon.http("GET", "/api/v1/customers").json["items"], [])
        # Ann buys every ten days for 80 EUR, Bob bought once, long ago; others in between.
        sent = [event(f"a{i}", "ann", 10 * i + 1, 80, category="shoes", channel="web") for i in range(12)]
        sent.append(event("b", "bob", 300, 5, category="books", channel="shop"))
        sent += [event(f"c{i}", f"c{i}", 3 * i + 2, 10 + i, category="books") for i in range(20)]
        sent.append(event("v", "eve", 1, None, type="interaction", offer_id=1, kind="viewed"))
        answer = boon.http("POST", "/api/v1/events", sent)
        self.assertEqual(answer.json["accepted"], len(sent), answer.body)

        # Nobody computed anything: nothing that was posted before the first base is lost.
        ann = self.when("ann", lambda known: known["stage"] and known["value_segment"])
        self.assertEqual(ann["lifetime_value"], 960)
        self.assertEqual(self.features(ann)["spend_all"], 960)
        self.assertEqual(self.features(ann)["spend_30d"], 240)
        self.assertEqual(ann["value_segment"], "high_value")
        bob = self.when("bob", lambda known: known["stage"])
        self.assertEqual(bob["lifetime_value"], 5)
        self.assertNotEqual(bob["stage"], ann["stage"])
        eve = self.when("eve", lambda known: known["stage"])
        self.assertEqual(self.features(eve)["spend_all"], 0)
        self.assertEqual(len(boon.http("GET", "/api/v1/customers?limit=500").json["items"]), 23)

        # From now on in the moment, also of who is new.
        boon.http("POST", "/api/v1/events", [event("a-more", "ann", 0, 40), event("d", "dan", 0, 7)])
        self.when("ann", lambda known: known["lifetime_value"] == 1000)
        dan = self.when("dan", lambda known: known["stage"])
        self.assertEqual(dan["lifetime_value"], 7)
        decided = boon.http("POST", "/api/v1/decisions", {"customer_id": "dan"})
        self.assertEqual(decided.status, 200, decided.body)

        # The same after a start, and by the computation of the whole base.
        boon.kill()
        boon.serve()
        self.assertEqual(self.customer("dan")["lifetime_value"], 7)
        for kind in ("features", "value", "lifecycle"):
            self.assertEqual(boon.job(kind)["state"], "succeeded")
        self.when("ann", lambda known: known["lifetime_value"] == 1000)
        counts = boon.http("GET", "/api/v1/events/counts").json["items"]
        self.assertEqual({count["type"]: count["events"] for count in counts}, {"interaction": 1, "transaction": 35})
        words = [check["words"] for check in boon.http("GET", "/api/v1/doctor").json["items"] if check["part"] == "events"]
        self.assertEqual(len(words), 2)
        self.assertIn("shop has posted 35 of the type transaction", words[1])

    def test_nothing_posted_and_no_warehouse_is_said(self):
        self.boon.init()
        code, _, said = self.boon.run("features", check=False)
        self.assertNotEqual(code, 0)
        self.assertIn("no warehouse is configured", said)


if __name__ == "__main__":
    unittest.main()
