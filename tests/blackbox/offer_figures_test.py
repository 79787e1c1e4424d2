"""How offers do: what was sent and shown, what came of it, and the rate, by arithmetic on paper."""
import datetime
import sqlite3
import unittest

from instance import instance

NOW = datetime.datetime.now(datetime.timezone.utc)
OFFER = {"name": "One", "category": "data", "value": 5}


class Posting:
    """Interactions as they are posted: offer, customer, kind, how many days ago."""

    def __init__(self):
        self.events = []

    def add(self, offer, customer, kind, days):
        at = (NOW - datetime.timedelta(days=days)).isoformat().replace("+00:00", "Z")
        self.events.append(
            {"id": f"i{len(self.events)}", "source": "crm", "type": "interaction", "customer_id": customer,
             "occurred_at": at, "data": {"offer_id": offer, "kind": kind}}
        )


def counts(outcomes):
    return [outcomes[kind] for kind in ("shown", "viewed", "clicked", "converted", "rejected")]


class OfferFigures(unittest.TestCase):
    def offers(self, boon):
        made = [boon.http("POST", "/api/v1/offers", {**OFFER, "name": name}) for name in ("One", "Two")]
        self.assertEqual([answer.status for answer in made], [201, 201], made[0].body)
        return [answer.json["offer_id"] for answer in made]

    def figures(self, boon, offer, days, origin):
        answer = boon.http("GET", f"/api/v1/offers/{offer}/figures")
        self.assertEqual(answer.status, 200, answer.body)
        return next(window for window in answer.json["windows"] if window["days"] == days)[origin]

    def test_the_history_by_window_with_conversions_credited_once(self):
        with instance() as boon:
            boon.init()
            boon.serve()
            one, two = self.offers(boon)
            before = boon.http("GET", f"/api/v1/offers/{one}/figures").json
            self.assertIsNone(before["taken_at"])
            posting = Posting()
            # 40 were sent it 20 days ago: 8 converted within the 14 days in which that counts, one of them twice, one
            # more a day too late, and one without having been sent anything.
            for n in range(40):
                posting.add(one, f"c{n}", "sent", 20)
            for n in range(8):
                posting.add(one, f"c{n}", "viewed", 19)
                posting.add(one, f"c{n}", "converted", 18 - n)
            posting.add(one, "c0", "converted", 17)
            posting.add(one, "c30", "converted", 5)
            posting.add(one, "stranger", "converted", 10)
            # 35 were sent it in the last days: whether they convert is not known yet.
            for n in range(35):
                posting.add(one, f"d{n}", "sent", 2)
            posting.add(one, "d0", "rejected", 1)
            # 50 days ago 29 were sent the other one: too few for a rate.
            for n in range(29):
                posting.add(two, f"e{n}", "sent", 50)
            posting.add(two, "e0", "clicked", 49)
            posting.add(two, "e1", "sent", 100)
            posting.add(one, "last", "viewed", 0)  # what is known ends here
            answer = boon.http("POST", "/api/v1/events", posting.events)
            self.assertEqual(answer.json["accepted"], len(posting.events), answer.body)
            self.assertEqual(boon.job("features")["state"], "succeeded")

            month = self.figures(boon, one, 30, "history")
            self.assertEqual(counts(month), [75, 9, 0, 11, 1])
            self.assertEqual((month["rate"]["shown"], month["rate"]["converted"]), (40, 8))
            self.assertAlmostEqual(month["rate"]["share"], 0.2)
            # Wilson by hand: (8 + z²/2 ± z √(8·32/40 + z²/4)) / (40 + z²), z = 1.96
            self.assertAlmostEqual(month["rate"]["low"], 0.1050, places=3)
            self.assertAlmostEqual(month["rate"]["high"], 0.3476, places=3)
            self.assertEqual(counts(self.figures(boon, one, 90, "history")), [75, 9, 0, 11, 1])
            self.assertEqual(counts(self.figures(boon, two, 30, "history")), [0, 0, 0, 0, 0])
            quarter = self.figures(boon, two, 90, "history")
            self.assertEqual(counts(quarter), [29, 0, 1, 0, 0])
            self.assertIsNone(quarter["rate"])

            page = boon.http("GET", "/api/v1/offers:figures?days=90").json
            self.assertEqual(page["horizon_days"], 14)
            self.assertEqual({row["offer_id"]: row["history"]["shown"] for row in page["items"]}, {one: 75, two: 29})
            self.assertEqual([row["name"] for row in page["items"]], ["One", "Two"])
            self.assertEqual(boon.http("GET", "/api/v1/offers:figures?days=7").status, 400)
            self.assertEqual(boon.http("GET", "/api/v1/offers/999/figures").status, 404)

    def test_decisions_and_their_outcomes_and_a_day_that_is_over_is_read_once(self):
        with instance() as boon:
            boon.init()
            boon.serve()
            one, _ = self.offers(boon)
            shown = 0
            for n in range(36):
                decided = boon.http("POST", "/api/v1/decisions", {"customer_id": f"c{n}", "limit": 2, "allow_unknown": True}).json
                if one not in [offer["offer_id"] for offer in decided["offers"]]:
                    continue
                shown += 1
                for kind in ("viewed", "converted")[: 1 + (shown <= 9)]:
                    outcome = {"decision_id": decided["decision_id"], "offer_id": one, "kind": kind}
                    self.assertEqual(boon.http("POST", "/api/v1/outcomes", outcome).status, 200)
            self.assertGreaterEqual(shown, 30)
            self.assertEqual(boon.job("figures")["state"], "succeeded")
            today = self.figures(boon, one, 30, "decisions")
            self.assertEqual(counts(today), [shown, shown, 0, 9, 0])
            self.assertIsNone(today["rate"])  # of today: nothing has had the time

            # The same, 20 days ago.
            boon.stop()
            with sqlite3.connect(boon.home / "boon.db") as database:
                (day,) = database.execute("select day from ledger_days").fetchone()
                dates = [datetime.date(1970, 1, 1) + datetime.timedelta(days=number) for number in (day, day - 20)]
                names = [date.strftime("%Y%m%d") for date in dates]
                for table in ("decisions", "outcomes", "customer_runs"):
                    database.execute(f"alter table {table}_{names[0]} rename to {table}_{names[1]}")
                database.execute("update ledger_days set day = ?", (day - 20,))
            database.close()
            boon.serve()
            self.assertEqual(boon.job("figures")["state"], "succeeded")
            then = self.figures(boon, one, 30, "decisions")
            self.assertEqual(counts(then), [shown, shown, 0, 9, 0])
            self.assertEqual((then["rate"]["shown"], then["rate"]["converted"]), (shown, 9))
            with sqlite3.connect(boon.home / "boon.db") as database:
                database.execute(f"delete from decisions_{names[1]}")
            database.close()
            self.assertEqual(boon.job("figures")["state"], "succeeded")
            self.assertEqual(self.figures(boon, one, 30, "decisions")["shown"], shown)


if __name__ == "__main__":
    unittest.main()
