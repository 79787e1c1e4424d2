"""A request that is sent again with its Idempotency-Key gets the first answer, and happens once."""
import concurrent.futures
import unittest
import urllib.parse

from instance import Instance


class Idempotency(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.init()
        cls.boon.serve()
        cls.boon.http("POST", "/api/v1/offers", {"offer_id": 500, "name": "Always", "is_fallback": True})
        cls.boon.http("POST", "/api/v1/offers/500:activate")

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def post(self, path, body, repeat, **more):
        return self.boon.http("POST", path, body, headers={"Idempotency-Key": repeat}, **more)

    def assert_same(self, first, again):
        self.assertEqual((first.status, first.body), (again.status, again.body))
        for name in ("Content-Type", "ETag", "Location"):
            self.assertEqual(first.headers[name], again.headers[name], name)

    def offers_named(self, name):
        items = self.boon.http("GET", f"/api/v1/offers?limit=500&q={urllib.parse.quote(name)}").json["items"]
        return [offer["offer_id"] for offer in items if offer["name"] == name]

    def test_an_offer_is_created_once(self):
        first = self.post("/api/v1/offers", {"name": "once"}, "k-once")
        self.assertEqual(first.status, 201, first.body)
        self.assertTrue(first.headers["ETag"])
        self.assert_same(first, self.post("/api/v1/offers", {"name": "once"}, "k-once"))
        self.assertEqual(self.offers_named("once"), [first.json["offer_id"]])

    def test_the_answer_is_the_first_one_even_when_the_offer_has_changed_since(self):
        first = self.post("/api/v1/offers", {"name": "changing"}, "k-changing")
        etag = first.headers["ETag"]
        path = first.headers["Location"]
        self.assertEqual(self.boon.http("PATCH", path, {"weight": 3}, headers={"If-Match": etag}).status, 200)
        self.assert_same(first, self.post("/api/v1/offers", {"name": "changing"}, "k-changing"))

    def test_another_request_with_the_key_is_a_conflict(self):
        self.post("/api/v1/offers", {"name": "mine"}, "k-conflict")
        other = self.post("/api/v1/offers", {"name": "other"}, "k-conflict")
        self.assertEqual(other.status, 409, other.body)
        self.assertIn("k-conflict", other.json["detail"])
        self.assertIn("new key", other.json["hint"])
        self.assertEqual(self.offers_named("other"), [])

    def test_an_action_on_another_object_is_another_request(self):
        ids = [self.boon.http("POST", "/api/v1/offers", {"name": f"act {i}"}).json["offer_id"] for i in range(2)]
        first = self.post(f"/api/v1/offers/{ids[0]}:activate", None, "k-act")
        self.assertEqual(first.status, 200, first.body)
        self.assert_same(first, self.post(f"/api/v1/offers/{ids[0]}:activate", None, "k-act"))
        self.assertEqual(self.post(f"/api/v1/offers/{ids[1]}:activate", None, "k-act").status, 409)

    def test_callers_and_operations_have_their_own_keys(self):
        writer = self.boon.http("POST", "/api/v1/keys", {"name": "w", "scopes": ["write"]}).json["key"]
        mine = self.post("/api/v1/offers", {"name": "twice"}, "k-scope")
        theirs = self.post("/api/v1/offers", {"name": "twice"}, "k-scope", key=writer)
        self.assertEqual((mine.status, theirs.status), (201, 201))
        self.assertEqual(len(self.offers_named("twice")), 2)
        decided = self.post("/api/v1/decisions", {"customer_id": "c", "allow_unknown": True}, "k-scope")
        self.assertEqual(decided.status, 200, decided.body)

    def test_what_was_refused_is_tried_anew(self):
        self.assertEqual(self.post("/api/v1/offers", {"name": ""}, "k-refused").status, 400)
        self.assertEqual(self.post("/api/v1/offers", {"name": "now"}, "k-refused").status, 201)

    def test_a_decision_is_made_once(self):
        body = {"customer_id": "c1", "allow_unknown": True}
        first = self.post("/api/v1/decisions", body, "k-decide")
        self.assertEqual(first.status, 200, first.body)
        self.assert_same(first, self.post("/api/v1/decisions", body, "k-decide"))
        without = self.boon.http("POST", "/api/v1/decisions", body).json["decision_id"]
        self.assertNotEqual(without, first.json["decision_id"])
        self.assertEqual(self.boon.http("GET", f"/api/v1/decisions/{first.json['decision_id']}").status, 200)

    def test_an_outcome_is_reported_once(self):
        decision = self.boon.http("POST", "/api/v1/decisions", {"customer_id": "c2", "allow_unknown": True}).json
        offer_id = decision["offers"][0]["offer_id"]
        outcome = {"decision_id": decision["decision_id"], "offer_id": offer_id, "kind": "viewed"}
        first = self.post("/api/v1/outcomes", outcome, "k-outcome")
        self.assertEqual(first.json["recorded"], "added")
        self.assert_same(first, self.post("/api/v1/outcomes", outcome, "k-outcome"))
        self.assertEqual(self.post("/api/v1/outcomes", outcome, "k-outcome-2").json["recorded"], "duplicate")

    def test_an_api_key_is_made_once_and_its_secret_is_not_in_the_database(self):
        body = {"name": "secret keeper", "scopes": ["read"]}
        first = self.post("/api/v1/keys", body, "k-key")
        self.assertEqual(first.status, 201, first.body)
        self.assert_same(first, self.post("/api/v1/keys", body, "k-key"))
        names = [row["name"] for row in self.boon.http("GET", "/api/v1/keys").json["items"]]
        self.assertEqual(names.count("secret keeper"), 1)
        secret = first.json["key"].encode()
        for file in self.boon.home.glob("boon.db*"):
            self.assertNotIn(secret, file.read_bytes(), file)

    def test_many_at_once_are_one(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: self.post("/api/v1/offers", {"name": "race"}, "k-race"), range(32)))
        self.assertEqual({answer.status for answer in answers}, {201}, [a.body for a in answers if a.status != 201])
        self.assertEqual(len({answer.body for answer in answers}), 1)
        self.assertEqual(len(self.offers_named("race")), 1)

    def test_a_job_is_started_once(self):
        body = {"kind": "features", "parameters": {}}
        first = self.post("/api/v1/jobs", body, "k-job")
        self.assertEqual(first.status, 202, first.body)
        self.assert_same(first, self.post("/api/v1/jobs", body, "k-job"))
        self.assertEqual([job["id"] for job in self.boon.http("GET", "/api/v1/jobs").json["items"]], [first.json["id"]])

    def test_a_key_that_is_none(self):
        for key in ("a b", "x" * 256):
            with self.subTest(key=key[:10]):
                self.assertEqual(self.post("/api/v1/offers", {"name": "bad key"}, key).status, 400)
        self.assertEqual(self.offers_named("bad key"), [])

    def test_after_a_crash_the_answer_is_still_there(self):
        body = {"customer_id": "c3", "allow_unknown": True}
        offer = self.post("/api/v1/offers", {"name": "survivor"}, "k-crash")
        decision = self.post("/api/v1/decisions", body, "k-crash-2")
        self.boon.kill()
        self.boon.serve()
        self.assert_same(offer, self.post("/api/v1/offers", {"name": "survivor"}, "k-crash"))
        self.assert_same(decision, self.post("/api/v1/decisions", body, "k-crash-2"))
        self.assertEqual(len(self.offers_named("survivor")), 1)


if __name__ == "__main__":
    unittest.main()
