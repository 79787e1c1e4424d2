"""Long work as a person sees it: bars on a terminal that never go back, plain lines elsewhere."""
import os
import pty
import re
import subprocess
import unittest

from instance import BINARY, Instance

BAR = re.compile(r"^(?P<label>[^\[]*) \[(?P<bar>[= ]{24})\] +(?P<share>\d+) %")
COLUMNS = 80


class Progress(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.addClassCleanup(cls.boon.close)
        cls.boon.init()

    def on_a_terminal(self, *arguments):
        """What the command writes on a terminal of 80 columns, as lines of the states that each was in."""
        outer, inner = pty.openpty()
        subprocess.run(["stty", "cols", str(COLUMNS)], stdin=inner, check=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("BOON_", "NO_COLOR"))}
        process = subprocess.Popen(
            [BINARY, "--home", self.boon.home, *map(str, arguments)], stdout=inner, stderr=inner,
            env={**environment, "TERM": "xterm"},
        )
        os.close(inner)
        written = b""
        while True:
            try:
                read = os.read(outer, 65536)
            except OSError:  # the other end is closed
                break
            if not read:
                break
            written += read
        os.close(outer)
        self.assertEqual(process.wait(60), 0, written)
        lines = written.decode().replace("\r\n", "\n").split("\n")
        return [[state.removesuffix("\x1b[K") for state in line.split("\r") if state] for line in lines]

    def check_bars(self, lines):
        """Each line's bar only grows, ends full, and is within the terminal; the labels of the bars."""
        labels = []
        for line in lines:
            bars = [match for match in map(BAR.match, line) if match]
            if not bars:
                continue
            labels.append(bars[0]["label"])
            shares = [int(bar["share"]) for bar in bars]
            self.assertEqual(shares, sorted(shares), line)
            self.assertEqual(shares[-1], 100, line)
            self.assertLess(max(map(len, line)), COLUMNS, line)
            # Nothing is drawn twice, and cleared only behind what is written.
            self.assertFalse([a for a, b in zip(line, line[1:]) if a == b], line)
            self.assertFalse([state for state in line if "\x1b" in state], line)
        return labels

    def test_bars_grow_and_end_full(self):
        data = self.boon.home / "data"
        world = self.on_a_terminal("world", "--customers", 5000, "--seed", 7, "--out", data, "--configure")
        self.assertEqual(self.check_bars(world), ["world"])
        self.boon.run("import", "offers", data / "offers.json")
        self.assertEqual(self.check_bars(self.on_a_terminal("features")), ["features"])
        trained = self.on_a_terminal("train", "churn")
        self.assertEqual(self.check_bars(trained), ["train churn"])
        shares = {int(match["share"]) for line in trained for match in map(BAR.match, line) if match}
        self.assertGreater(len(shares), 8, "labels, features, many rounds of the fit, the test")
        self.assertEqual(self.check_bars(self.on_a_terminal("train", "product_recommendation")), [
            "train product_recommendation"
        ])

    def test_elsewhere_a_line_a_step(self):
        data = self.boon.root / "other"
        _, out, messages = self.boon.run("world", "--customers", 2000, "--seed", 7, "--out", data)
        self.assertEqual(out, "")
        self.assertNotIn("\r", messages)
        self.assertNotIn("\x1b", messages)
        self.assertRegex(messages, r"world 100 %  2,000 of 2,000")


if __name__ == "__main__":
    unittest.main()
