"""A company's PostgreSQL warehouse with exactly the four usual tables, from its connection string to a decision."""
import contextlib
import json
import pathlib
import struct
import subprocess
import time
import unittest
import urllib.request

from instance import Instance
from postgres import postgres

SQL = pathlib.Path(__file__).parent / "warehouse.sql"
FEATURES = ["purchases_90d", "spend_all", "spend_365d", "active_days_90d", "sent_90d", "converted_30d"]
# The same by hand, as of an instant: windows begin at midnight UTC, N days before the instant's day.
BY_HAND = """
with t as (select customer_id, transaction_date as at,
                  case transaction_type when 'refund' then 'return' when 'topup' then 'recharge'
                       when 'renewal' then 'automatic' else transaction_type end as type,
                  case transaction_type when 'refund' then -transaction_amount else transaction_amount end as amount
           from customer_transaction_history where transaction_date < '{as_of}'),
     o as (select customer_id, sent_at, converted_at from customer_offer_history)
select customer_id,
       (select count(*) from t where t.customer_id = c.customer_id and type = 'purchase'
            and at >= {day} - interval '90 days'),
       (select coalesce(sum(amount), 0) from t where t.customer_id = c.customer_id),
       (select coalesce(sum(amount), 0) from t where t.customer_id = c.customer_id and type in ('purchase', 'return')
            and at >= {day} - interval '365 days'),
       (select count(distinct at::date) from t where t.customer_id = c.customer_id and type in ('purchase', 'recharge')
            and at >= {day} - interval '90 days'),
       (select count(*) from o where o.customer_id = c.customer_id and sent_at >= {day} - interval '90 days'
            and sent_at < '{as_of}'),
       (select count(*) from o where o.customer_id = c.customer_id and converted_at >= {day} - interval '30 days'
            and converted_at < '{as_of}')
from (select customer_id from customer_features_view) c order by customer_id
"""


def float32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


class Warehouse:
    def __init__(self, stack):
        self.url = stack.enter_context(postgres())
        self.run(SQL.read_text())

    def run(self, sql):
        """Rows of text."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", self.url],
            input="set timezone = 'UTC';\n" + sql, capture_output=True, text=True, check=False,
        )
        assert done.returncode == 0, done.stderr
        return [line.split("|") for line in done.stdout.splitlines()]


class FourTables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.dwh = Warehouse(cls.stack)
        cls.boon = Instance()
        cls.stack.callback(cls.boon.close)
        # All that a company has to say.
        cls.boon.environment = {"DWH_TYPE": "postgres", "DWH_POSTGRES_CONNECTION_STRING": cls.dwh.url}
        cls.boon.init()
        cls.boon.run("import", "offers", "--defaults")
        cls.features = cls.boon.json("features")

    @classmethod
    def tearDownClass(cls):
        cls.stack.close()

    def profiles(self, customers):
        found = {}
        for customer in customers:
            view = self.boon.http("GET", f"/api/v1/customers/{customer}").json
            found[customer] = {feature["name"]: feature["value"] for feature in view["features"]}
        return found

    def by_hand(self):
        as_of = self.features["as_of"]
        rows = self.dwh.run(BY_HAND.format(as_of=as_of, day=f"date_trunc('day', timestamptz '{as_of}')"))
        return {row[0]: dict(zip(FEATURES, map(float, row[1:]))) for row in rows}

    def test_1_features_are_those_of_a_query_by_hand(self):
        self.assertEqual(self.features["customers"], 3000)
        expected = self.by_hand()
        self.boon.serve()
        self.addCleanup(self.boon.stop)
        customers = [str(i) for i in range(1, 3001, 37)]
        for customer, found in self.profiles(customers).items():
            for name in FEATURES:
                self.assertEqual(float32(found[name]), float32(expected[customer][name]), f"{name} of {customer}")
            self.assertIsNotNone(found["tenure_days"])

    def test_2_models_are_trained_pass_the_gate_and_decide(self):
        trained = {result["model"]: result for model in ("nbo", "churn") for result in self.boon.json("train", model)}
        for model in ("nbo", "churn"):
            self.assertEqual(trained[model]["gate"], "passed", trained[model]["words"])
        self.boon.serve()
        self.addCleanup(self.boon.stop)
        often, seldom = (
            [row[0] for row in self.dwh.run(
                "select customer_id from customer_transaction_history "
                "where transaction_date > now() - interval '90 days' "
                f"group by 1 having count(*) {few} order by 1 limit 40")]
            for few in (">= 10", "= 1")
        )

        def share_of_first_offers_below_4(customers):
            first = [
                self.boon.http("POST", "/api/v1/decisions", {"customer_id": customer, "limit": 1}).json["offers"][0]
                for customer in customers
            ]
            self.assertEqual({offer["score_kind"] for offer in first}, {"calibrated"})
            return sum(offer["offer_id"] < 4 for offer in first) / len(first)

        self.assertGreater(share_of_first_offers_below_4(often), 0.8)
        self.assertLess(share_of_first_offers_below_4(seldom), 0.4)
        churn = self.boon.http("GET", f"/api/v1/customers/{seldom[0]}/predictions/churn").json
        self.assertFalse(churn["is_fallback"])

    def test_3_the_source_itself_computes_the_same_vectors(self):
        customers = [str(i) for i in range(1, 3001, 61)]
        self.boon.serve()
        copied = self.profiles(customers)
        self.boon.stop()
        self.boon.environment["BOON_DWH_FEATURES"] = "source"
        self.addCleanup(self.boon.environment.pop, "BOON_DWH_FEATURES")
        computed = self.boon.json("features", "--as-of", self.features["as_of"])
        self.assertEqual(computed["customers"], 3000)
        self.boon.serve()
        self.addCleanup(self.boon.stop)
        self.assertEqual(self.profiles(customers), copied)

    def test_4_a_refresh_reads_what_is_new(self):
        self.dwh.run(
            "insert into customer_transaction_history values (7, now() - interval '1 hour', 'purchase', 12.34, 1, 0)"
        )
        refreshed = self.boon.json("warehouse", "refresh")["warehouse"]
        sales = next(row for row in refreshed["tables"] if row["name"] == "customer_transaction_history")
        rows = int(self.dwh.run("select count(*) from customer_transaction_history")[0][0])
        self.assertEqual((sales["reading"], sales["rows"]), ("tail", rows))
        self.assertLess(sales["rows_read"], rows / 5)
        self.assertFalse(refreshed["stale"], refreshed["words"])
        text = self.boon.run("warehouse")[1]
        self.assertIn("dwh.customer_transaction_history", text)
        self.assertIn("its latest event is 1 h old", text)

    def test_5_what_is_of_today_is_served_and_refused_for_training_by_name(self):
        own = self.boon.home / "features.json"
        before = own.read_text()
        self.addCleanup(own.write_text, before)
        definitions = json.loads(before)
        columns = ("total_revenue", "data_usage_mb", "active_products_count")
        definitions["columns"] = {"customers": {column: "number" for column in columns}}
        for name, column in (("revenue", "total_revenue"), ("usage", "data_usage_mb")):
            definitions["features"].append({
                "name": name, "words": name, "unit": "number", "from": "customers", "aggregate": "value",
                "column": column,
            })
        own.write_text(json.dumps(definitions))
        self.boon.run("features", "--no-refresh")
        code, _, problem = self.boon.run("train", "churn", check=False)
        self.assertEqual(code, 1, problem)
        self.assertIn("refused for training", problem)
        self.assertIn("total_revenue", problem)
        self.assertIn("data_usage_mb", problem)
        self.assertNotIn("active_products_count", problem)

    def test_6_doctor_and_metrics_tell_of_a_stale_warehouse(self):
        def warehouse_checks():
            checks = self.boon.http("GET", "/api/v1/doctor").json["items"]
            return [check for check in checks if check["part"] == "warehouse"]

        self.boon.serve()
        well = warehouse_checks()
        self.assertNotIn("error", [check["health"] for check in well], well)
        words = "\n".join(check["words"] for check in well)
        self.assertIn("customer_offer_history is read as dwh.customer_offer_history", words)
        self.assertIn("customer_payment_history: there is no such table", words)
        self.boon.stop()
        # The company's loads have stopped: what was of the last three days is not there.
        self.dwh.run(
            "delete from customer_transaction_history where transaction_date > now() - interval '3 days';"
            "alter table customer_churn_history rename to gone"
        )
        self.boon.serve(environment={"BOON_DWH_REFRESH_EVERY": "60"})
        self.addCleanup(self.boon.stop)
        self.boon.job("warehouse")
        status = self.boon.http("GET", "/api/v1/warehouse").json
        self.assertTrue(status["stale"], status)
        self.assertIn("the source has nothing newer", status["hint"])
        warned = [check for check in warehouse_checks() if check["words"].startswith("stale: ")]
        self.assertEqual([check["health"] for check in warned], ["warning"])
        self.log_has("metrics on ")
        self.boon.log.seek(0)
        metrics_url = next(line.split()[-1] for line in self.boon.log if "metrics on " in line)
        with urllib.request.urlopen(metrics_url, timeout=30) as answer:
            metrics = dict(
                line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if line.startswith("boon_warehouse")
            )
        self.assertEqual(metrics["boon_warehouse_stale"], "1")
        self.assertAlmostEqual(float(metrics["boon_warehouse_refreshed_seconds"]), time.time(), delta=120)
        self.assertLess(float(metrics["boon_warehouse_watermark_seconds"]), time.time() - 3 * 86400 + 60)

    def log_has(self, text):
        for _ in range(100):
            self.boon.log.seek(0)
            if text in self.boon.log.read():
                return
            time.sleep(0.1)
        self.fail(f"the log has no line with {text}")


class Mistakes(unittest.TestCase):
    def test_each_says_what_to_do(self):
        with contextlib.ExitStack() as stack:
            boon = Instance()
            stack.callback(boon.close)
            boon.init()

            def refused(*command, code, words, **environment):
                found, _, problem = boon.run(*command, check=False, environment=environment)
                self.assertEqual(found, code, problem)
                for word in words:
                    self.assertIn(word, problem)
                self.assertNotIn("secret", problem)

            refused("features", code=2, words=["DWH_POSTGRES_CONNECTION_STRING is not set"], DWH_TYPE="postgres")
            refused("features", code=2, words=["DWH_TYPE", "oracle", "postgres or files"], DWH_TYPE="oracle")
            refused("features", code=2, words=["its value is not shown"], DWH_POSTGRES_CONNECTION_STRING="secret")
            nowhere = "postgresql://boon:secret@127.0.0.1:1/dwh"
            refused("features", code=1, words=["could not connect to PostgreSQL"],
                    DWH_POSTGRES_CONNECTION_STRING=nowhere)
            refused("train", "nbo", code=1, words=["has not been read yet", "boon warehouse refresh"],
                    DWH_POSTGRES_CONNECTION_STRING=nowhere)
            refused("warehouse", "refresh", code=1, words=["the warehouse is no copy"])
            url = stack.enter_context(postgres())
            refused("features", code=1, words=["customer_transaction_history", "DWH_"],
                    DWH_POSTGRES_CONNECTION_STRING=url)
            refused("features", code=1, words=["crm.customers", "no such table"], DWH_POSTGRES_CONNECTION_STRING=url,
                    DWH_CUSTOMER_FEATURES_TABLE="crm.customers")


if __name__ == "__main__":
    unittest.main()
