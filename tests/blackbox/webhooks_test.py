"""Receivers of webhooks as an operator sees them: a test that arrives or does not, why, and what is sent again."""
import json
import time
import unittest

from instance import Instance
from tmf620 import Listener, signature


class Webhooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.environment = {"BOON_OUTBOUND_ALLOW_PRIVATE": "True", "BOON_OUTBOUND_PORTS": "any"}
        cls.boon.init()
        cls.boon.serve()

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def ask(self, method, path, body=None, status=200):
        answer = self.boon.http(method, "/api/v1/webhooks" + path, body)
        self.assertEqual(answer.status, status, answer.body)
        return answer.json if answer.body else None

    def receiver(self, statuses=None):
        listener = Listener(statuses=statuses) if statuses else Listener()
        self.addCleanup(listener.close)
        return listener, self.ask("POST", "", {"url": listener.url}, 201)["id"]

    def until(self, hook, wanted):
        """The newest message, once `wanted` says that it has come so far."""
        for _ in range(100):
            newest = self.ask("GET", f"/{hook}/deliveries")["items"][0]
            if wanted(newest):
                return newest
            time.sleep(0.1)
        raise AssertionError(f"the message did not come so far: {newest}")

    def test_a_test_message_arrives_signed_and_is_listed(self):
        listener, hook = self.receiver()
        sent = self.ask("POST", f"/{hook}:test", status=202)
        self.assertEqual((sent["state"], sent["attempts"]), ("waiting", 0))
        listener.wait_for(1, 30)
        _, headers, body = listener.heard[0]
        headers = {name.lower(): value for name, value in headers.items()}
        self.assertEqual(headers["webhook-id"], sent["id"])
        secret = self.ask("GET", f"/{hook}/secret")["secret"]
        self.assertEqual(headers["webhook-signature"], signature(secret, headers, body))
        event = json.loads(body)
        self.assertEqual((event["type"], event["data"]["webhook_id"]), ("webhook.test", hook))
        taken = self.until(hook, lambda message: message["state"] == "sent")
        self.assertEqual((taken["attempts"], taken["last_error"], taken["next_try_at"]), (1, "", None))
        self.assertEqual(self.ask("GET", f"/{hook}/deliveries/{sent['id']}")["payload"], event)

    def test_what_fails_says_why_and_is_sent_again_under_its_id(self):
        listener, hook = self.receiver(statuses=[500, 200, 200])
        first = self.ask("POST", f"/{hook}:test", status=202)["id"]
        failed = self.until(hook, lambda message: message["last_error"])
        self.assertEqual((failed["state"], failed["last_error"]), ("waiting", "it answered 500"))
        self.assertIsNotNone(failed["next_try_at"])
        # Without waiting for its next try, and once more after it was taken.
        for times in (2, 3):
            again = self.ask("POST", f"/{hook}/deliveries/{first}:resend", status=202)
            self.assertEqual((again["id"], again["state"], again["attempts"]), (first, "waiting", 0))
            listener.wait_for(times, 30)
            self.until(hook, lambda message: message["state"] == "sent")
        headers = [item for _, sent, _ in listener.heard for item in sent.items()]
        ids = {value for name, value in headers if name.lower() == "webhook-id"}
        self.assertEqual(ids, {first})
        deeds = self.boon.http("GET", f"/api/v1/audit?target=webhooks/{hook}/deliveries/{first}").json["items"]
        self.assertEqual([deed["what"] for deed in deeds], ["webhooks.deliveries.resend"] * 2)

    def test_what_was_given_up_is_sent_again_once_the_receiver_is_back(self):
        listener, hook = self.receiver(statuses=[410, 200])
        lost = self.ask("POST", f"/{hook}:test", status=202)["id"]
        given_up = self.until(hook, lambda message: message["state"] == "given_up")
        self.assertIn("410", given_up["last_error"])
        problem = self.ask("POST", f"/{hook}:test", status=409)
        self.assertIn("wants no more", problem["detail"])
        self.ask("POST", f"/{hook}:resend", status=409)
        self.boon.run("webhooks", "resume", hook)
        self.assertEqual(self.ask("POST", f"/{hook}:resend", status=202), {"messages": 1})
        listener.wait_for(2, 30)
        self.assertEqual(self.until(hook, lambda message: message["state"] == "sent")["id"], lost)

    def test_lists_have_pages_and_states(self):
        listener, hook = self.receiver()
        sent = [self.ask("POST", f"/{hook}:test", status=202)["id"] for _ in range(5)]
        listener.wait_for(5, 30)
        seen, cursor = [], ""
        while cursor is not None:
            page = self.ask("GET", f"/{hook}/deliveries?limit=2" + (f"&cursor={cursor}" if cursor else ""))
            seen += [message["id"] for message in page["items"]]
            cursor = page["next_cursor"]
        self.assertEqual(sorted(seen), sorted(sent))
        self.assertEqual(self.ask("GET", f"/{hook}/deliveries?state=given_up")["items"], [])
        for wrong in ("state=lost", "cursor=x", "cursor=12", "limit=0"):
            self.ask("GET", f"/{hook}/deliveries?{wrong}", status=400)
        self.ask("GET", "/none/deliveries", status=404)
        self.ask("GET", f"/{hook}/deliveries/none", status=404)
        self.ask("POST", f"/{hook}/deliveries/none:resend", status=404)

    def test_the_command_line_does_the_same(self):
        listener = Listener()
        self.addCleanup(listener.close)
        hook = self.boon.run("webhooks", "add", listener.url)[1].strip()
        self.assertIn(hook, self.boon.run("webhooks")[1])
        message = self.boon.run("webhooks", "test", hook)[1].strip()
        listener.wait_for(1, 30)
        self.until(hook, lambda one: one["state"] == "sent")
        self.assertIn(message, self.boon.run("webhooks", "deliveries", hook, "--state", "sent")[1])
        self.boon.run("webhooks", "resend", hook, message)
        listener.wait_for(2, 30)
        self.assertTrue(self.boon.run("webhooks", "secret", hook)[1].startswith("whsec_"))
        before = self.boon.run("webhooks", "secret", hook)[1]
        self.assertNotEqual(self.boon.run("webhooks", "rotate", hook)[1], before)
        self.boon.run("webhooks", "remove", hook)
        self.assertEqual(self.boon.run("webhooks", "test", hook, check=False)[0], 4)


if __name__ == "__main__":
    unittest.main()
