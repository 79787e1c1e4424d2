"""How fast a key may ask, and what it is told; ids that a path cannot carry; homes whose socket has a long path."""
import json
import os
import time
import unittest
import urllib.parse

from instance import Instance, instance


class RateLimit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.init()
        cls.boon.serve({"BOON_LIMITS_REQUESTS_PER_S": "1", "BOON_LIMITS_BURST": "5"})

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def test_a_key_is_told_its_limit_and_refused_beyond_it(self):
        # The command line comes through the socket and is not counted.
        mine = self.boon.json("keys", "create", "mine", "--scope", "read")["key"]
        other = self.boon.json("keys", "create", "other", "--scope", "read")["key"]
        answers = [self.boon.http("GET", "/api/v1/offers", key=mine) for _ in range(5)]
        self.assertEqual([answer.status for answer in answers], [200] * 5)
        self.assertEqual(answers[0].headers["RateLimit-Policy"], '"key";q=5;w=5')
        self.assertEqual(answers[0].headers["RateLimit"], '"key";r=4;t=1')
        refused = self.boon.http("GET", "/api/v1/offers", key=mine)
        while refused.status == 200:  # a token came back meanwhile
            refused = self.boon.http("GET", "/api/v1/offers", key=mine)
        self.assertEqual(refused.status, 429)
        self.assertEqual(refused.headers["Content-Type"], "application/problem+json")
        self.assertEqual(refused.json["type"], "urn:boon:problem:limited")
        self.assertTrue(refused.json["hint"])
        self.assertRegex(refused.headers["RateLimit"], r'^"key";r=0;t=\d+$')
        self.assertEqual(refused.headers["Retry-After"], "1")
        self.assertEqual(self.boon.http("GET", "/api/v1/offers", key=other).status, 200)
        time.sleep(int(refused.headers["Retry-After"]) + 0.1)
        self.assertEqual(self.boon.http("GET", "/api/v1/offers", key=mine).status, 200)

    def test_what_asks_for_no_key_has_no_limit(self):
        for _ in range(20):
            answer = self.boon.http("GET", "/livez", key="")
            self.assertEqual(answer.status, 200)
            self.assertIsNone(answer.headers["RateLimit"])


HARD_IDS = ["a/b", "50% off", "with space", "Zoë 東京", ".", "..", "../../etc/passwd", "a\\b", "-", "a?b#c&d=e+f", "x\ty"]


class Ids(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.init()
        folder = cls.boon.home / "data"
        folder.mkdir()
        with open(folder / "t.json", "w") as rows:
            for customer in HARD_IDS:
                for day in (1, 2):
                    rows.write(json.dumps(
                        {"customer_id": customer, "occurred_at": f"2026-01-0{day} 10:00:00", "amount": 10}) + "\n")
        (cls.boon.home / "warehouse.toml").write_text(
            "[warehouse]\nfolders = [\"data\"]\n[warehouse.views]\n"
            f"transactions = \"SELECT * FROM read_json('{folder}/t.json')\"\n"
            f"customers = \"SELECT DISTINCT customer_id FROM read_json('{folder}/t.json')\"\n"
        )
        cls.boon.run("features")
        cls.boon.serve()

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def test_every_id_is_addressed_by_the_query(self):
        for customer in HARD_IDS:
            with self.subTest(customer=customer):
                query = urllib.parse.urlencode({"customer_id": customer})
                answer = self.boon.http("GET", f"/api/v1/customers/-?{query}")
                self.assertEqual(answer.status, 200, answer.body)
                self.assertEqual(answer.json["customer_id"], customer)
                churn = self.boon.http("GET", f"/api/v1/customers/-/predictions/churn?{query}")
                self.assertEqual(churn.status, 200, churn.body)
                self.assertEqual(churn.json["customer_id"], customer)

    def test_most_ids_are_addressed_by_the_path(self):
        for customer in ["50% off", "with space", "Zoë 東京", "-", "a?b#c&d=e+f"]:
            with self.subTest(customer=customer):
                answer = self.boon.http("GET", "/api/v1/customers/" + urllib.parse.quote(customer, safe=""))
                self.assertEqual(answer.status, 200, answer.body)
                self.assertEqual(answer.json["customer_id"], customer)

    def test_what_a_path_cannot_carry_is_refused_with_the_way_out(self):
        refused = self.boon.http("GET", "/api/v1/customers/a%2Fb")
        self.assertEqual(refused.status, 400)
        self.assertIn("`-`", refused.json["hint"])

    def test_the_query_does_not_override_the_path(self):
        path = "/api/v1/customers/with%20space/predictions/churn"
        self.assertEqual(self.boon.http("GET", path + "?customer_id=with+space").status, 200)
        self.assertEqual(self.boon.http("GET", path + "?customer_id=a%2Fb").status, 400)

    def test_the_command_line_takes_them_as_they_are(self):
        for customer in HARD_IDS:
            with self.subTest(customer=customer):
                self.assertEqual(self.boon.json("customers", "--", customer)["customer_id"], customer)
                decided = self.boon.json("decide", "--", customer)
                self.assertEqual(decided["customer_id"], customer)


class LongHome(unittest.TestCase):
    def test_a_home_whose_socket_has_a_path_of_more_than_107_bytes(self):
        with instance() as boon:
            boon.home = boon.root / ("long-" + "x" * 120) / "instance"
            self.assertGreater(len(os.fsencode(boon.home / "boon.sock")), 107)
            boon.init()
            boon.serve()
            self.assertTrue((boon.home / "boon.sock").is_socket())
            self.assertEqual(boon.json("offers")["items"], [])  # through the socket
            self.assertEqual(boon.stop(), 0)
            self.assertFalse((boon.home / "boon.sock").exists())


if __name__ == "__main__":
    unittest.main()
