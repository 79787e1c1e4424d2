"""An instance whose own state is in PostgreSQL, from its creation to outcomes, a crash and a restart."""
import contextlib
import unittest

from instance import Instance
from postgres import postgres


class OnPostgres(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        url = self.stack.enter_context(postgres())
        self.boon = Instance()
        self.stack.callback(self.boon.close)
        self.boon.environment = {"BOON_DATABASE_URL": url}

    def tearDown(self):
        self.stack.close()

    def test_from_init_to_outcomes_and_a_restart(self):
        boon = self.boon
        boon.with_world(customers=3000)
        self.assertFalse((boon.home / "boon.db").exists())
        trained = boon.json("train", "ltv")[0]
        self.assertEqual(trained["gate"], "passed", trained)
        customers = [row["customer_id"] for row in boon.json("customers")["items"]]
        boon.serve()
        notes = {job["kind"]: (job["note"], job["eta_s"]) for job in boon.http("GET", "/api/v1/jobs").json["items"]}
        self.assertEqual(
            notes,
            {
                "features": ("figures: what came of each offer", None),
                "train": ("write: the version, with its card", None),
            },
        )
        checks = {check["part"]: check for check in boon.http("GET", "/api/v1/doctor").json["items"]}
        self.assertEqual((checks["database"]["health"], checks["database"]["words"][:10]), ("ok", "PostgreSQL"))
        self.assertEqual(checks["audit"]["health"], "ok", checks["audit"])
        ltv = boon.http("GET", f"/api/v1/customers/{customers[0]}/predictions/ltv")
        self.assertFalse(ltv.json["is_fallback"], ltv.body)

        body = {"customer_id": customers[0], "limit": 2}
        decision = boon.http("POST", "/api/v1/decisions", body, headers={"Idempotency-Key": "d-1"})
        self.assertEqual(decision.status, 200, decision.body)
        outcome = {
            "decision_id": decision.json["decision_id"],
            "offer_id": decision.json["offers"][0]["offer_id"],
            "kind": "converted",
        }
        self.assertEqual(boon.http("POST", "/api/v1/outcomes", outcome).json["recorded"], "added")
        offer = boon.http("POST", "/api/v1/offers", {"name": "Made here"}, headers={"Idempotency-Key": "o-1"})
        self.assertEqual(offer.status, 201, offer.body)

        boon.kill()
        boon.serve()
        again = boon.http("POST", "/api/v1/decisions", body, headers={"Idempotency-Key": "d-1"})
        self.assertEqual(again.body, decision.body)
        self.assertEqual(
            boon.http("POST", "/api/v1/offers", {"name": "Made here"}, headers={"Idempotency-Key": "o-1"}).body, offer.body
        )
        kept = boon.http("GET", f"/api/v1/decisions/{decision.json['decision_id']}")
        self.assertEqual((kept.status, kept.json["customer_id"]), (200, customers[0]))
        outcomes = boon.http("GET", f"/api/v1/decisions/{decision.json['decision_id']}/outcomes").json["items"]
        self.assertEqual([row["kind"] for row in outcomes], ["converted"])
        self.assertEqual(boon.http("POST", "/api/v1/outcomes", outcome).json["recorded"], "duplicate")
        self.assertEqual(boon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
