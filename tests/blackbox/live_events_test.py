"""What is posted changes the customer in the moment, the same as the computation of the whole base."""
import datetime
import random
import time
import unittest
import urllib.parse

from instance import Instance

NOW = datetime.datetime.now(datetime.timezone.utc)


def ago(**span):
    return (NOW - datetime.timedelta(**span)).isoformat().replace("+00:00", "Z")


def event(number, customer, type="transaction", occurred_at=None, **data):
    return {"id": f"live-{number}", "source": "shop", "type": type, "customer_id": customer,
            "occurred_at": occurred_at or ago(minutes=1), "data": data}


class LiveEvents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance().with_world(customers=400)
        cls.boon.run("value", "update")
        cls.boon.run("lifecycle", "update")
        cls.boon.serve()
        cls.customers = [row["customer_id"] for row in cls.boon.http("GET", "/api/v1/customers?limit=50").json["items"]]

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def post(self, events):
        answer = self.boon.http("POST", "/api/v1/events", events)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.json["rejected"], 0, answer.body)
        return answer.json

    def customer(self, customer):
        answer = self.boon.http("GET", f"/api/v1/customers/{customer}")
        return answer.json if answer.status == 200 else None

    def features(self, customer):
        return {row["name"]: row["value"] for row in self.customer(customer)["features"]}

    def when(self, customer, holds, within=20):
        """The customer, as soon as `holds` is true of what is known."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            known = self.customer(customer)
            if known is not None and holds(known):
                return known
            time.sleep(0.02)
        known = known and {name: known[name] for name in ("computed_at", "stage", "value_segment", "lifetime_value")}
        self.fail(f"{customer} did not change in {within} s: {known}")

    @staticmethod
    def spent(amount):
        """Of a customer: has spent that much, to what a feature is exact to."""
        return lambda known: abs(known["lifetime_value"] - amount) < 0.01

    def test_a_purchase_changes_features_stage_and_value_in_the_moment(self):
        customer = self.customers[0]
        before = self.customer(customer)
        points = len(self.boon.http("GET", f"/api/v1/customers/{customer}/value").json["history"])
        self.post([event(f"a{i}", customer, amount=5000, category="food") for i in range(4)])
        after = self.when(customer, self.spent(before["lifetime_value"] + 20000))
        self.assertGreater(after["computed_at"], before["computed_at"])
        # The world ended long ago: who bought just now is not who was gone.
        stage = self.boon.http("GET", f"/api/v1/customers/{customer}/lifecycle").json
        self.assertEqual(stage["stage"], after["stage"])
        self.assertNotIn(after["stage"], ("win_back", "acquisition"))
        self.assertEqual(after["value_segment"], "high_value")
        value = self.boon.http("GET", f"/api/v1/customers/{customer}/value").json
        self.assertEqual(value["lifetime_value"], after["lifetime_value"])
        self.assertGreaterEqual(len(value["history"]), points)

        self.boon.kill()
        self.boon.serve()
        again = self.customer(customer)
        self.assertEqual(again, after)

    def test_who_was_not_known_becomes_a_customer(self):
        self.assertIsNone(self.customer("stranger"))
        self.post([event("s1", "stranger", amount=12.5)])
        known = self.when("stranger", lambda known: known["stage"])
        self.assertEqual(known["lifetime_value"], 12.5)
        self.assertEqual(known["stage"], "onboarding")
        decided = self.boon.http(
            "POST", "/api/v1/decisions", {"customer_id": "stranger", "placement": "home", "channel": "app"}
        )
        self.assertEqual(decided.status, 200, decided.body)

    def test_any_order_ends_in_what_the_batch_computes(self):
        dice = random.Random(11)
        customers = self.customers[10:40]
        spent = {customer: self.customer(customer)["lifetime_value"] or 0 for customer in customers}
        log = []
        for number in range(600):
            customer = dice.choice(customers)
            at = ago(hours=dice.randrange(1, 5000))
            kind = dice.random()
            if kind < 0.6:
                log.append(event(f"r{number}", customer, occurred_at=at, amount=dice.randrange(-500, 5000) / 100,
                                 type="transaction", category=dice.choice(["food", "fuel", "new"]),
                                 quantity=dice.randrange(1, 9) / 4))
            elif kind < 0.8:
                log.append(event(f"r{number}", customer, type="interaction", occurred_at=at,
                                 offer_id=dice.randrange(5), kind=dice.choice(["viewed", "clicked", "converted"])))
            else:
                bill = {"payment_id": f"b{dice.randrange(60)}-{customer}", "due_at": at, "amount": 20}
                if dice.random() < 0.6:
                    bill["paid_at"] = ago(hours=dice.randrange(1, 5000))
                log.append(event(f"r{number}", customer, type="payment", **bill))
        sent = log + dice.sample(log, 100)  # some again
        dice.shuffle(sent)
        duplicates = 0
        while sent:
            size = dice.randrange(1, 80)
            duplicates += self.post(sent[:size])["duplicates"]
            sent = sent[size:]
        self.assertEqual(duplicates, 100)
        # One request about all of them, so that all are of one instant; behind all others, so that these are in.
        self.post([event(f"last-{customer}", customer, amount=1) for customer in customers])
        for customer in customers:
            bought = sum(one["data"]["amount"] for one in log
                         if one["type"] == "transaction" and one["customer_id"] == customer)
            self.when(customer, self.spent(spent[customer] + bought + 1))
        live = {customer: self.customer(customer) for customer in customers}
        instants = {known["computed_at"] for known in live.values()}
        self.assertEqual(len(instants), 1)
        job = self.boon.job("features", {"as_of": instants.pop()})
        self.assertEqual(job["state"], "succeeded", job)
        time.sleep(0.5)
        for customer in customers:
            batch = self.customer(customer)
            self.assertEqual(batch["features"], live[customer]["features"], customer)

    def test_the_timeline_has_all_in_pages_the_latest_first(self):
        customer = self.customers[7]
        for i in range(5):
            self.post([event(f"tl-{i}-{j}", customer, occurred_at=ago(days=i + 1), amount=1) for j in range(2)])
        decisions = []
        for _ in range(3):
            body = {"customer_id": customer, "placement": "home", "channel": "app", "limit": 1}
            decisions.append(self.boon.http("POST", "/api/v1/decisions", body).json)
        shown = [decision for decision in decisions if decision["offers"]]
        if shown:
            outcome = {"decision_id": shown[0]["decision_id"], "offer_id": shown[0]["offers"][0]["offer_id"],
                       "kind": "clicked"}
            self.assertEqual(self.boon.http("POST", "/api/v1/outcomes", outcome).status, 200)
        whole = self.boon.http("GET", f"/api/v1/customers/{customer}/timeline?limit=500").json
        self.assertIsNone(whole["next_cursor"])
        stays = self.boon.http("GET", f"/api/v1/customers/{customer}/lifecycle").json["stays"]
        kinds = [item["kind"] for item in whole["items"]]
        self.assertEqual(kinds.count("event"), 10)
        self.assertEqual(kinds.count("decision"), 3)
        self.assertEqual(kinds.count("stay"), len(stays))
        instants = [item["at"] for item in whole["items"]]
        self.assertEqual(instants, sorted(instants, reverse=True))
        outcomes = [outcome for item in whole["items"] if item["decision"] for outcome in item["decision"]["outcomes"]]
        self.assertEqual(len(outcomes), 1 if shown else 0)
        for size in (1, 3, 4):
            pages, cursor = [], ""
            while cursor is not None:
                quoted = urllib.parse.quote(cursor)
                page = self.boon.http("GET", f"/api/v1/customers/{customer}/timeline?limit={size}&cursor={quoted}").json
                self.assertLessEqual(len(page["items"]), size)
                pages += page["items"]
                cursor = page["next_cursor"]
            self.assertEqual(pages, whole["items"])
        wrong = self.boon.http("GET", f"/api/v1/customers/{customer}/timeline?cursor=7")
        self.assertEqual(wrong.status, 400)

    def test_features_of_an_instant_are_what_was_known_then(self):
        customer = self.customers[8]
        before = self.customer(customer)["lifetime_value"]
        self.post([event("f1", customer, amount=10)])
        first = self.when(customer, self.spent(before + 10))
        self.post([event("f2", customer, occurred_at=ago(days=3), amount=5)])
        self.when(customer, self.spent(first["lifetime_value"] + 5))

        def features(query=""):
            return self.boon.http("GET", f"/api/v1/customers/{customer}/features{query}").json
        # The late one was not known then, so that what boon believed comes out again.
        then = features(f"?at={first['computed_at']}")
        self.assertEqual(then["features"], first["features"])
        self.assertEqual(then["as_of"], first["computed_at"])
        now = features()
        self.assertEqual(now["features"], self.customer(customer)["features"])
        self.assertEqual(features(f"?at={now['as_of']}")["features"], now["features"])
        self.assertEqual(self.boon.http("GET", f"/api/v1/customers/{customer}/features?at=2999-01-01").status, 400)

    def test_the_batch_keeps_what_was_posted_while_it_ran(self):
        customer = self.customers[5]
        before = self.customer(customer)["lifetime_value"]
        self.post([event("w1", customer, amount=3)])
        self.when(customer, self.spent(before + 3))
        job = self.boon.http("POST", "/api/v1/jobs", {"kind": "features", "parameters": {}}).json
        sent = 0
        while self.boon.http("GET", f"/api/v1/jobs/{job['id']}").json["state"] in ("queued", "running"):
            self.post([event(f"during-{sent}", customer, amount=1)])
            sent += 1
        self.when(customer, self.spent(before + 3 + sent))


if __name__ == "__main__":
    unittest.main()
