"""What is wrong in a company's files is told by the jobs that read them, by the server, and by who asks."""
import time
import unittest

from instance import instance

GOOD = [
    "t1,c1,2026-01-05,2.50", "t2,c1,2026-02-07,3.50", "t3,c2,2026-02-09,4.00", "t4,c3,2026-03-01,1.00",
]


def configure(boon, rows, view="SELECT * FROM read_csv('{home}/data/t.csv', all_varchar = true)", tables=None):
    (boon.home / "data").mkdir(exist_ok=True)
    header = "transaction_id,customer_id,occurred_at,amount"
    (boon.home / "data" / "t.csv").write_text("\n".join([header, *rows]) + "\n")
    views = {"transactions": view, **(tables or {})}
    (boon.home / "warehouse.toml").write_text(
        f"[warehouse]\nfolders = [\"{boon.home}/data\"]\n[warehouse.views]\n"
        + "".join(f'{name} = """{select}"""\n' for name, select in views.items())
    )


class WarehouseCheck(unittest.TestCase):
    def test_a_company_with_transactions_alone_has_customers(self):
        with instance() as boon:
            boon.init()
            configure(boon, GOOD)
            features = boon.json("features")
            self.assertEqual(features["customers"], 3)
            self.assertEqual(features["findings"], [])
            self.assertIn("c3", boon.run("customers")[1])

    def test_nobody_to_compute_for_is_an_error(self):
        with instance() as boon:
            boon.init()
            configure(boon, GOOD, tables={"customers": "SELECT 'x' AS customer_id WHERE false"})
            status, _, problem = boon.run("features", check=False)
            self.assertEqual(status, 1)
            self.assertIn("the warehouse has no customers", problem)
            self.assertIn("warehouse.toml", problem)

    def test_a_row_of_the_future_does_not_move_the_instant_and_is_told(self):
        with instance() as boon:
            boon.init()
            configure(boon, [*GOOD, "t5,c1,2131-01-01,1.00"])
            features = boon.json("features")
            self.assertEqual(features["as_of"], "2026-03-01T00:00:00.000001Z")
            words = [finding["words"] for finding in features["findings"]]
            self.assertIn("occurred_at: 1 row is in the future; the first is row 5: 2131-01-01 00:00:00", words)

    def test_faults_are_printed_by_features_and_kept(self):
        with instance() as boon:
            boon.init()
            configure(boon, [*GOOD, "t1,c1,2026-01-05,7.00"])
            self.assertIn("not checked yet", boon.run("warehouse")[1])
            told = boon.run("features")[2]
            self.assertIn("wrong: transactions: transaction_id: 1 row has the transaction_id of another one", told)
            self.assertIn("QUALIFY row_number()", told)
            report = boon.run("warehouse")[1]
            self.assertIn("transactions: 5 rows, 2026-01-05T00:00:00Z to 2026-03-01T00:00:00Z", report)
            self.assertIn("error: transaction_id: 1 row has the transaction_id", report)
            self.assertIn("1 error, 0 warnings", report)
            doctor = boon.run("doctor", check=False)[1]
            self.assertIn("transactions: transaction_id: 1 row has", doctor)
            self.assertIn("1 table, 5 rows read: 1 error, 0 warnings", doctor)

    def test_the_same_files_are_not_checked_again(self):
        with instance() as boon:
            boon.init()
            configure(boon, GOOD)
            boon.run("features")
            first = boon.json("warehouse")["check"]["checked_at"]
            boon.run("features")
            self.assertEqual(boon.json("warehouse")["check"]["checked_at"], first)
            configure(boon, [*GOOD, "t9,c9,2026-03-02,1.00"])
            boon.run("features")
            again = boon.json("warehouse")["check"]
            self.assertNotEqual(again["checked_at"], first)
            self.assertEqual(again["report"]["tables"][0]["rows"], 5)

    def test_a_value_that_fails_the_job_is_told_with_its_table_and_row(self):
        for row, words in [
            ("t5,c1,2026-02-31,1.00", "occurred_at: 1 row is not a time; the first is row 5: 2026-02-31"),
            ("t5,c1,2026-02-28,abc", "amount: 1 row is not an amount; the first is row 5: abc"),
        ]:
            with instance() as boon:
                boon.init()
                configure(boon, [*GOOD, row])
                status, _, problem = boon.run("features", check=False)
                self.assertEqual(status, 1)
                self.assertIn('warehouse table "transactions": ' + words, problem)
                self.assertNotIn("has none", problem)

    def test_a_server_checks_at_its_start_and_says_so(self):
        with instance() as boon:
            boon.init()
            configure(boon, [*GOOD, "t1,c1,2026-01-05,7.00"])
            boon.serve()
            for _ in range(300):
                ready = boon.http("GET", "/readyz", key="").json
                if ready["warehouse"] != "unchecked":
                    break
                time.sleep(0.1)
            self.assertEqual(ready, {"status": "ready", "warehouse": "errors"})
            self.assertEqual(boon.http("GET", "/api/v1/warehouse/check").json["report"]["tables"][0]["rows"], 5)
            boon.stop()
            self.assertIn("1 row has the transaction_id of another one", (boon.root / "server.log").read_text())


if __name__ == "__main__":
    unittest.main()
