"""boon.toml as `boon init` writes it: its lines are TOML, and each one that is commented out is a default."""
import re
import tomllib
import unittest

from instance import instance


class Settings(unittest.TestCase):
    def test_every_default_may_be_uncommented(self):
        with instance() as boon:
            boon.init()
            file = boon.home / "boon.toml"
            text = file.read_text()
            said = re.sub(r"(?m)^# (?=[a-z_0-9]+ = )", "", text)
            tables = tomllib.loads(said)
            # Of their kinds: numbers and truth values stand without quotes.
            self.assertIs(tables["sync"]["allow_private"], False)
            self.assertIs(tables["clm_enabled"], True)
            self.assertEqual(tables["sync"]["interval"], 3600)
            self.assertEqual(tables["sync"]["ports"], "443,80")
            self.assertEqual(tables["currency"], "USD")
            before = boon.run("offers")[1]
            # Those that say nothing have no default that could be said.
            file.write_text("\n".join(line for line in said.splitlines() if not line.endswith('= ""')) + "\n")
            self.assertEqual(boon.run("offers")[1], before)


if __name__ == "__main__":
    unittest.main()
