"""`boon eval` as somebody with a folder of CSV files uses it."""
import csv
import json
import os
import pathlib
import random
import unittest

from instance import Instance

DATA = pathlib.Path(__file__).parents[2] / ".." / "shared" / "data"

STUDY = """
name = "gym"
kind = "table"
file = "members.csv"
label = "cancelled"
positive = "yes"
customer = "member"
"""


def write_members(folder, count):
    draw = random.Random(1)
    with open(folder / "members.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["member", "visits", "plan", "joined", "cancelled"])
        for member in range(count):
            visits = draw.choice(["", *range(10)])
            plan = draw.choice(["month", "year"])
            chance = 0.6 if plan == "month" and (visits or 0) < 4 else 0.1
            joined = f"2024-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
            out.writerow([member, visits, plan, joined, "yes" if draw.random() < chance else "no"])


class OwnStudy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        write_members(cls.boon.root, 1500)

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def evaluate(self, study, *arguments, check=True):
        path = self.boon.root / "study.toml"
        path.write_text(study, encoding="utf-8")
        return self.boon.run("eval", "--study", path, *arguments, check=check)

    def test_prints_figures_and_writes_predictions(self):
        out = self.boon.root / "out.csv"
        _, printed, _ = self.evaluate(STUDY, "--predictions", out)
        self.assertIn("1,500 rows, 3 columns; 5 folds dealt at random", printed)
        self.assertNotIn("expected", printed)
        self.assertIn("(the default)", printed)
        with open(out, encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(sorted(int(row["row"]) for row in rows), list(range(1500)))
        positives = sum(row["actual"] == "1" for row in rows)
        self.assertAlmostEqual(sum(float(row["probability"]) for row in rows), positives, delta=60)

    def test_exits_with_an_error_below_what_is_expected(self):
        code, printed, errors = self.evaluate(STUDY + "[expect]\nauc = { at_least = 0.999 }\n", check=False)
        self.assertNotEqual(code, 0)
        self.assertIn("≥ 0.9990 MISSED", printed)
        self.assertIn("1 of 1 studies missed what they expect: gym", errors)

    def test_says_what_is_wrong_with_a_study(self):
        _, _, errors = self.evaluate(STUDY.replace('label = "cancelled"', 'label = "canceled"'), check=False)
        self.assertIn("did you mean cancelled?", errors)
        _, _, errors = self.evaluate(STUDY + "lable = 1\n", check=False)
        self.assertIn("/lable: is not a known field", errors)
        _, _, errors = self.evaluate(STUDY + "[split\n", check=False)
        self.assertIn("study.toml, line", errors)
        _, _, errors = self.boon.run("eval", "telko", "--data", self.boon.root, check=False)
        self.assertIn("did you mean telco?", errors)


@unittest.skipUnless(DATA.exists() or os.environ.get("CI"), "there is no ../shared/data")
class PublicStudies(unittest.TestCase):
    def test_telco_and_cdnow_reach_what_others_published(self):
        boon = Instance()
        try:
            reports = json.loads(boon.run("--json", "eval", "telco", "cdnow", "--data", DATA.resolve())[1])
        finally:
            boon.close()
        self.assertEqual([report["study"] for report in reports], ["telco", "cdnow"])
        figures = {figure["name"]: figure for figure in reports[0]["figures"]}
        self.assertEqual(reports[0]["rows"], 7043)
        self.assertEqual(reports[0]["columns"], 19)
        self.assertGreaterEqual(figures["auc"]["estimate"]["value"], 0.8412)
        self.assertEqual(figures["auc"]["published"]["logistic regression"], 0.8452)


if __name__ == "__main__":
    unittest.main()
