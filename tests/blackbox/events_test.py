"""Events are kept once, whatever is sent again, in boon's form and in CloudEvents'."""
import json
import unittest

from instance import Instance


def purchase(number, source="shop", **more):
    event = {"id": f"t{number}", "source": source, "type": "transaction", "customer_id": f"c{number % 7}",
             "occurred_at": "2026-03-01T12:00:00Z", "data": {"amount": 12.5, "category": "food"}}
    return {**event, **more}


def cloud_event(number, **more):
    event = {"specversion": "1.0", "id": f"t{number}", "source": "/till/4", "type": "com.example.transaction",
             "subject": "c1", "time": "2026-03-01T12:00:00Z", "datacontenttype": "application/json",
             "data": {"type": "return", "amount": -3}}
    return {**event, **more}


class Events(unittest.TestCase):
    def setUp(self):
        self.boon = Instance()
        self.addCleanup(self.boon.close)
        self.boon.init()
        self.boon.serve()

    def post(self, body, **headers):
        return self.boon.http("POST", "/api/v1/events", body,
                              headers={name.replace("_", "-"): value for name, value in headers.items()})

    def results(self, body, **headers):
        answer = self.post(body, **headers)
        self.assertEqual(answer.status, 200, answer.body)
        return [item["result"] for item in answer.json["items"]]

    def counts(self):
        items = self.boon.http("GET", "/api/v1/events/counts").json["items"]
        return {(item["source"], item["type"]): item["events"] for item in items}

    def test_each_counts_once_and_per_source(self):
        self.assertEqual(self.results([purchase(1), purchase(2), purchase(1)]), ["accepted", "accepted", "duplicate"])
        self.assertEqual(self.results([purchase(2), purchase(2, source="app")]), ["duplicate", "accepted"])
        self.assertEqual(self.counts(), {("shop", "transaction"): 2, ("app", "transaction"): 1})

    def test_a_wrong_one_is_rejected_alone_with_every_mistake(self):
        answer = self.post([
            purchase(1, data={"amount": "much", "colour": "red"}),
            purchase(2),
            purchase(3, occurred_at="2999-01-01"),
            {"id": "x"},
            7,
        ]).json
        self.assertEqual((answer["accepted"], answer["duplicates"], answer["rejected"]), (1, 0, 4))
        pointers = [sorted(error["pointer"] for error in item["errors"]) for item in answer["items"]]
        self.assertEqual(
            pointers, [["/data/amount", "/data/colour"], [], ["/occurred_at"], ["/customer_id", "/data", "/type"], [""]]
        )
        self.assertEqual(sum(self.counts().values()), 1)

    def test_interactions_and_payments(self):
        self.assertEqual(
            self.results([
                purchase(1, type="interaction", data={"offer_id": 5, "kind": "clicked"}),
                purchase(2, type="payment", data={"payment_id": "b1", "due_at": "2026-04-01", "amount": 20}),
                purchase(3, type="interaction", data={"amount": 1}),
            ]),
            ["accepted", "accepted", "rejected"],
        )

    def test_cloud_events_alone_and_in_a_batch(self):
        single = "application/cloudevents+json; charset=utf-8"
        batch = "application/cloudevents-batch+json"
        self.assertEqual(self.results(cloud_event(1), Content_Type=single), ["accepted"])
        self.assertEqual(self.results([cloud_event(1), cloud_event(2)], Content_Type=batch), ["duplicate", "accepted"])
        wrong = self.post([cloud_event(3, subject="", specversion="1.0"), cloud_event(4, specversion="0.3")]).json
        self.assertEqual([item["errors"][0]["pointer"] for item in wrong["items"]], ["/subject", "/specversion"])
        self.assertEqual(self.counts(), {("/till/4", "transaction"): 2})

    def test_ten_thousand_and_no_more(self):
        many = [purchase(number) for number in range(10_001)]
        self.assertEqual(self.post(many).status, 400)
        self.assertEqual(self.post([]).status, 400)
        self.assertEqual(self.post(many[:10_000]).json["accepted"], 10_000)
        self.assertEqual(self.post(many[:10_000]).json["duplicates"], 10_000)

    def test_an_answer_is_repeated_for_its_key(self):
        first = self.post([purchase(1)], Idempotency_Key="k1")
        again = self.post([purchase(1)], Idempotency_Key="k1")
        self.assertEqual((first.status, first.body), (again.status, again.body))
        self.assertEqual(again.json["accepted"], 1)

    def test_what_was_acknowledged_survives_a_kill(self):
        sent = 0
        for start in range(0, 3000, 100):
            self.assertEqual(self.post([purchase(n) for n in range(start, start + 100)]).json["accepted"], 100)
            sent += 100
            if start % 1000 == 900:
                self.boon.kill()
                self.boon.serve()
                self.assertEqual(self.counts(), {("shop", "transaction"): sent})


class Ingest(unittest.TestCase):
    def setUp(self):
        self.boon = Instance()
        self.addCleanup(self.boon.close)
        self.boon.init()

    def ingest(self, name, text, *options, check=True):
        path = self.boon.root / name
        path.write_text(text)
        code, out, messages = self.boon.run("--json", "ingest", path, *options, check=check)
        return code, json.loads(out), messages

    def test_each_format_and_again(self):
        events = [purchase(number) for number in range(4500)]
        lines = "\n".join(map(json.dumps, events)) + "\n\n"
        first = {"events": 4500, "accepted": 4500, "duplicates": 0, "rejected": 0}
        again = {"events": 4500, "accepted": 0, "duplicates": 4500, "rejected": 0}
        self.assertEqual(self.ingest("events.ndjson", lines)[1], first)
        self.boon.serve()  # the same through a server
        self.assertEqual(self.ingest("events.ndjson", lines)[1], again)
        self.assertEqual(self.ingest("events.json", json.dumps(events))[1], again)
        rows = "id,customer_id,occurred_at,amount,category\n" + "".join(
            f"t{n},c{n % 7},2026-03-01T12:00:00Z,12.5,food\n" for n in range(4500))
        self.assertEqual(self.ingest("events.csv", rows, "--source", "shop", "--type", "transaction")[1], again)
        self.assertEqual(self.ingest("more.csv", rows, "--source", "till", "--type", "transaction")[1], first)

    def test_csv_has_numbers_truths_and_what_is_absent(self):
        rows = ("id;type;customer_id;payment_id;due_at;amount;automatic;paid_at\n"
                "p1;payment;c1;b1;2026-04-01;20.50;true;\n"
                "p2;payment;c1;b2;2026-05-01;much;false;2026-05-02\n")
        code, counts, messages = self.ingest("bills.csv", rows, check=False)
        self.assertNotEqual(code, 0)
        self.assertEqual(counts, {"events": 2, "accepted": 1, "duplicates": 0, "rejected": 1})
        self.assertIn("event 3: `/data/amount`", messages)
        self.assertIn("the others are kept", messages)

    def test_what_is_no_json_is_told_with_its_line(self):
        path = self.boon.root / "events.ndjson"
        path.write_text(json.dumps(purchase(1)) + "\n{broken\n")
        code, _, messages = self.boon.run("ingest", path, check=False)
        self.assertNotEqual(code, 0)
        self.assertIn("line 2", messages)


if __name__ == "__main__":
    unittest.main()
