"""Events posted by several at once, the server killed again and again: every acknowledged event counts exactly once.

EVENTS (4000) says how many, KILLS (3) how often. `python3 -m unittest` runs it small; a million is for a long test.
"""
import http.client
import os
import random
import threading
import time
import unittest

from instance import Instance

EVENTS = int(os.environ.get("EVENTS", "4000"))
KILLS = int(os.environ.get("KILLS", "3"))
SENDERS = 4
CUSTOMERS = max(50, EVENTS // 100)


class EventsCrash(unittest.TestCase):
    def setUp(self):
        self.boon = Instance().with_world(customers=200)
        self.addCleanup(self.boon.close)
        self.boon.serve()
        self.lock = threading.Lock()
        self.acknowledged = 0
        self.duplicates = 0

    def event(self, number):
        return {"id": f"e{number}", "source": "till", "type": "transaction", "customer_id": f"new-{number % CUSTOMERS}",
                "data": {"amount": 1}}

    def send(self, mine):
        """Each event until it is acknowledged; what was kept without an answer comes back as a duplicate."""
        dice = random.Random(mine[0])
        while mine:
            size = dice.randrange(1, 200)
            part, mine = mine[:size], mine[size:]
            while True:
                try:
                    answer = self.boon.http("POST", "/api/v1/events", [self.event(n) for n in part])
                    if answer.status == 200:
                        break
                except (OSError, http.client.HTTPException):
                    pass
                time.sleep(0.05)
            self.assertEqual(answer.json["accepted"] + answer.json["duplicates"], len(part), answer.body)
            with self.lock:
                self.acknowledged += len(part)
                self.duplicates += answer.json["duplicates"]

    def counted(self):
        """Purchases of all new customers, as their profiles have them."""
        total = 0
        for customer in range(CUSTOMERS):
            answer = self.boon.http("GET", f"/api/v1/customers/new-{customer}")
            if answer.status == 200:
                total += answer.json["lifetime_value"]
        return total

    def test_every_acknowledged_event_counts_exactly_once(self):
        numbers = list(range(EVENTS))
        random.Random(5).shuffle(numbers)
        senders = [threading.Thread(target=self.send, args=(numbers[i::SENDERS],)) for i in range(SENDERS)]
        for sender in senders:
            sender.start()
        dice = random.Random(9)
        for kill in range(KILLS):
            while self.acknowledged < EVENTS * (kill + 1) / (KILLS + 1):
                time.sleep(0.01)
            time.sleep(dice.random() / 5)
            self.boon.kill()
            self.boon.serve()
        for sender in senders:
            sender.join()
        self.assertEqual(self.acknowledged, EVENTS)
        kept = self.boon.http("GET", "/api/v1/events/counts").json["items"]
        self.assertEqual([row["events"] for row in kept], [EVENTS])
        until = time.monotonic() + 30 + EVENTS / 500
        while time.monotonic() < until and self.counted() != EVENTS:
            time.sleep(0.5)
        self.assertEqual(self.counted(), EVENTS)
        # Nothing more comes.
        time.sleep(1)
        self.assertEqual(self.counted(), EVENTS)


if __name__ == "__main__":
    unittest.main()
