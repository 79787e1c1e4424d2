"""What is wrong is said, with what to do about it; nothing is lost by it."""
import json
import pathlib
import unittest

from instance import instance


class BadInput(unittest.TestCase):
    def refused(self, boon, *arguments, code, words, environment=None):
        status, _, problem = boon.run(*arguments, check=False, environment=environment)
        self.assertEqual(status, code, problem)
        for word in words:
            self.assertIn(word, problem)

    def test_no_instance(self):
        with instance() as boon:
            self.refused(boon, "decide", "c1", code=4, words=["there is no boon instance", "boon init"])

    def test_a_command_that_does_not_exist(self):
        with instance() as boon:
            self.refused(boon, "decied", "c1", code=2, words=["no command `decied`", "did you mean `boon decide`?"])

    def test_mistakes_are_told_in_the_options_of_the_command(self):
        # A command speaks the routes; who types it must not have to know them.
        routes = r"query|If-Match|ETag|Content-Type|\?[a-z_]+|/api/v1|\bbody\b|\b(GET|POST|PUT|PATCH|DELETE)\b"
        with instance() as boon:
            boon.init()
            boon.run("import", "offers", "--defaults")
            one = boon.root / "one.json"
            one.write_text('{"name": "alone"}')
            sheet = boon.root / "sheet.csv"
            sheet.write_text("name,colour\nA,red\n")
            for mistake, words in {
                ("offers", "--status", "lively"): ["an option is wrong", "--status", "live"],
                ("offers", "--active", "perhaps"): ["--active", "true or false"],
                ("offers", "--sort", "size"): ["--sort"],
                ("offers", "--valid-at", "soon"): ["--valid-at", "is not a time", "write it as"],
                ("audit", "--to", "tomorrow"): ["--to", "is not a time"],
                ("features", "--as-of", "yesterday"): ["--as-of", "is not a time", "boon features --help"],
                ("train", "churn", "--as-of", "yesterday"): ["--as-of", "is not a time"],
                ("lifecycle", "set", "C1", "growth", "--until", "later"): ["--until", "is not a time"],
                ("import", "offers", one): ["one.json is not a list of offers", "boon offers create"],
                ("import", "offers", sheet): ["`colour` is no field", "as CSV has every column"],
                ("keys", "create", ""): ["name"],
                ("offers", "hisotry", "1"): ["did you mean `boon offers history`?"],
                ("offers", "show"): ["see `boon offers show --help`"],
                ("serve", "--port", "eighty"): ["--port = `eighty`", "expected a port"],
            }.items():
                with self.subTest(mistake=mistake):
                    status, _, problem = boon.run(*mistake, check=False)
                    self.assertEqual(status, 2, problem)
                    for word in words:
                        self.assertIn(word, problem)
                    self.assertNotRegex(problem, routes)

    def test_what_is_empty_says_what_comes_next(self):
        with instance() as boon:
            boon.init()
            _, out, said = boon.run("lifecycle")
            self.assertNotIn("nan", out + said)
            self.assertIn("next: `boon features`", said)
            status, _, said = boon.run("train", "all", check=False)
            self.assertNotEqual(status, 0)
            self.assertEqual(said.count("no warehouse is configured"), 1, said)
            self.assertIn("could not train churn either", said)

    def test_settings_that_cannot_be_understood(self):
        with instance() as boon:
            boon.init()
            self.refused(boon, "offers", code=2, words=["BOON_HTTP_PORT", "eighty", "expected a port"],
                         environment={"BOON_HTTP_PORT": "eighty"})
            with open(boon.home / "boon.toml", "a") as settings:
                settings.write("\n[unknown]\nx = 1\n")
            self.refused(boon, "offers", code=2, words=["boon.toml", "unknown.x"])

    def test_what_init_must_not_accept(self):
        with instance() as boon:
            self.refused(boon, "init", "--time-zone", "Mars/Olympus", code=2, words=["Mars/Olympus"])
            self.refused(boon, "init", "--currency", "ZZZ", code=2, words=["ZZZ", "ISO 4217"])
            self.assertFalse((boon.home / "boon.toml").exists())

    def test_the_currency_of_an_instance_stays(self):
        with instance() as boon:
            boon.init()
            boon.run("import", "offers", "--defaults")
            self.refused(boon, "offers", code=5, words=["amounts are in USD", "says JPY", "set it back"],
                         environment={"BOON_CURRENCY": "JPY"})
            boon.run("offers")

    def test_a_moved_instance_keeps_its_warehouse(self):
        with instance() as boon:
            boon.init()
            boon.run("world", "--customers", "300", "--out", str(boon.home / "data"), "--configure")
            moved = boon.home.with_name("moved")
            boon.home.rename(moved)
            boon.home = moved
            self.assertIn("7 tables", boon.run("doctor", check=False)[1])

    def test_a_second_instance_in_the_same_folder(self):
        with instance() as boon:
            boon.init()
            self.refused(boon, "init", code=5, words=["there is an instance in"])

    def test_a_second_server_on_the_same_instance(self):
        with instance() as boon:
            boon.init()
            boon.serve()
            self.refused(boon, "serve", "--port", "0", code=5, words=["is in use by another process", "pid"])
            self.assertEqual(boon.http("GET", "/livez", key="").status, 200)
            self.assertEqual(boon.stop(), 0)

    def test_no_warehouse_and_no_model(self):
        with instance() as boon:
            boon.init()
            self.refused(boon, "features", code=1, words=["no warehouse is configured", "warehouse.toml"])
            offers = boon.root / "offers.json"
            offers.write_text(json.dumps([{"name": "Ten percent", "is_fallback": True}]))
            boon.run("import", "offers", offers)
            text = boon.run("decide", "c1", "--allow-unknown")[1]
            self.assertIn("Ten percent", text)
            self.assertIn("rules", text)

    def test_files_that_are_missing_truncated_or_wrong(self):
        with instance() as boon:
            boon.init()
            folder = boon.home / "data"
            folder.mkdir()
            def configure(view):
                (boon.home / "warehouse.toml").write_text(
                    f"[warehouse]\nfolders = [\"data\"]\n[warehouse.views]\ntransactions = \"{view}\"\n"
                )

            configure(f"SELECT * FROM read_parquet('{folder}/none.parquet')")
            self.refused(boon, "features", code=1, words=['warehouse table "transactions"', "none.parquet"])
            (folder / "cut.parquet").write_bytes(b"PAR1 and no more")
            configure(f"SELECT * FROM read_parquet('{folder}/cut.parquet')")
            self.refused(boon, "features", code=1, words=['warehouse table "transactions"', "cut.parquet"])
            (folder / "t.csv").write_text("customer_id,occurred_at,amount\nc1,2026-02-31,10\n")
            configure(f"SELECT customer_id, when_it_was AS occurred_at, amount FROM read_csv('{folder}/t.csv')")
            self.refused(boon, "features", code=1, words=['warehouse table "transactions"', "when_it_was"])
            configure("SELECT * FROM read_csv('/etc/passwd')")
            self.refused(boon, "features", code=1, words=['warehouse table "transactions"', "/etc/passwd"])

    def test_offers_that_are_wrong_are_refused_row_by_row(self):
        with instance() as boon:
            boon.init()
            offers = boon.root / "offers.json"
            offers.write_text(json.dumps([
                {"offer_id": 1, "name": "Good"},
                {"offer_id": 2, "name": ""},
                {"offer_id": 3, "name": "Bounds", "min_customer_value": 5, "max_customer_value": 1},
                {"offer_id": 4, "name": "Nobody", "target_segment": "no such audience"},
                {"offer_id": 5, "name": "Extra", "colour": "blue"},
            ]))
            self.refused(boon, "import", "offers", offers, code=2,
                         words=["row 2", "row 3", "row 4", "row 5", "colour", "nothing was imported"])
            self.assertEqual(boon.json("offers")["items"], [])
            boon.run("import", "offers", offers, "--skip-bad")
            self.assertEqual([offer["name"] for offer in boon.json("offers")["items"]], ["Good"])
            offers.write_text('[{"name": "a", "name": "b"}]')
            self.refused(boon, "import", "offers", offers, code=2, words=["appears twice"])
            self.refused(boon, "import", "offers", boon.root / "none.json", code=4, words=["none.json"])

    def test_a_damaged_database_is_told_and_not_touched(self):
        with instance() as boon:
            boon.init()
            database = boon.home / "boon.db"
            database.write_bytes(b"this is no database" * 1000)
            before = database.read_bytes()
            code, _, problem = boon.run("offers", check=False)
            self.assertIn(code, (1, 6), problem)
            self.assertIn("boon.db", problem)
            self.assertEqual(database.read_bytes(), before)

    def test_a_schema_of_a_later_release_is_refused(self):
        import sqlite3
        with instance() as boon:
            boon.init()
            with sqlite3.connect(boon.home / "boon.db") as database:
                database.execute(
                    "insert into schema_migrations (number, name, checksum, applied_at)"
                    " values (9999, 'later', '00', 0)"
                )
            database.close()
            self.refused(boon, "offers", code=5, words=["9999"])

    def test_a_damaged_model_is_refused_and_the_rest_serves(self):
        with instance() as boon:
            boon.with_world(customers=3000)
            self.assertEqual(boon.json("train", "ltv")[0]["gate"], "passed")
            model = next(pathlib.Path(boon.home / "models").rglob("model.ubj"))
            data = bytearray(model.read_bytes())
            data[len(data) // 2] ^= 0xFF
            model.write_bytes(bytes(data))
            customer = boon.json("customers")["items"][0]["customer_id"]
            boon.serve()
            answer = boon.http("GET", f"/api/v1/customers/{customer}/predictions/ltv")
            self.assertEqual(answer.status, 200)
            self.assertTrue(answer.json["is_fallback"], answer.body)
            checks = {check["part"]: check for check in boon.http("GET", "/api/v1/doctor").json["items"]}
            self.assertEqual(checks["models"]["health"], "error")
            self.assertIn("ltv", checks["models"]["words"])


if __name__ == "__main__":
    unittest.main()
