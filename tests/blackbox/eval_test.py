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


class InTheBinary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def evaluate(self, *arguments, check=True):
        _, printed, _ = self.boon.run("--json", "eval", *arguments, check=check)
        return json.loads(printed)

    def test_a_tensorflow_lite_file_answers_as_its_weights_do(self):
        (report,) = self.evaluate("own_model")
        (figure,) = report["figures"]
        self.assertEqual(report["rows"], 200)
        self.assertEqual(figure["name"], "largest_difference")
        self.assertLessEqual(figure["estimate"]["value"], 1e-5)
        self.assertEqual(figure["at_most"], 1e-5)

    def test_a_world_shows_each_model_beside_the_best_guess(self):
        reports = self.evaluate(
            "world", "--seeds", "5", "--customers", "5000", "--models", "propensity,ltv", check=False
        )
        (report,) = reports
        self.assertEqual(report["kind"], "world")
        figures = {figure["name"]: figure for figure in report["figures"]}
        self.assertEqual(
            list(figures),
            ["ltv.rank_correlation", "ltv.coverage_80", "propensity.auc", "propensity.calibration_slope"],
        )
        auc = figures["propensity.auc"]
        best = auc["published"]["best guess"]
        self.assertGreater(best, 0.7)
        self.assertAlmostEqual(auc["at_least"], best - 0.02, places=9)
        self.assertLess(auc["estimate"]["value"], best + 0.01)
        # Fewer rows than a slope is judged on.
        self.assertIsNone(figures["propensity.calibration_slope"].get("at_least"))
        self.assertEqual(len(report["notes"]), 2)

    def test_labels_dealt_out_at_random_do_not_pass_the_gate(self):
        (report,) = self.evaluate(
            "world", "--shuffled", "--seeds", "1..3", "--customers", "3000", "--models", "churn,propensity"
        )
        figures = {figure["name"]: figure for figure in report["figures"]}
        self.assertEqual(
            list(figures), ["churn.judged", "churn.passed", "propensity.judged", "propensity.passed"]
        )
        for model in ("churn", "propensity"):
            self.assertEqual(figures[f"{model}.judged"]["at_least"], 3)
            self.assertEqual(figures[f"{model}.passed"]["at_most"], 1)
        self.assertIn("refused for", report["notes"][0])

    def test_what_is_said_of_worlds_needs_one(self):
        for words in (("telco", "--seeds", "1"), ("--models", "churn"), ("own_model", "--shuffled")):
            code, _, errors = self.boon.run("eval", *words, "--data", self.boon.root, check=False)
            self.assertNotEqual(code, 0, words)
            self.assertIn("are of worlds, and none is to be tried", errors)
        # Beside all studies seeds bring the worlds: then only the studies' files are missing.
        code, _, errors = self.boon.run("eval", "--seeds", "1", "--data", self.boon.root, check=False)
        self.assertNotEqual(code, 0)
        self.assertNotIn("none is to be tried", errors)
        self.assertIn(".csv", errors)

    def test_seeds_that_are_none_are_refused(self):
        for seeds in ("x", "1,", "3..1", "-1", "1..5000"):
            code, _, errors = self.boon.run("eval", "world", f"--seeds={seeds}", check=False)
            self.assertNotEqual(code, 0, seeds)
            self.assertIn("says no seeds", errors)


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
