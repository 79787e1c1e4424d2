#!/usr/bin/env python3
"""tools/mutants on a small source: which mutants it makes, and what it says of a test that misses some of them."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parent / "mutants"
SOURCE = """\
#include "grade.h"
// a < b is no comparison, nor is "a < b", nor std::array<int, 3>
int grade(double share, bool late) {
    if (share > 0.5 && !late) return 2;
    return share + 1;
}
"""
TEST = """\
#include "grade.h"
int main() { return grade(0.9, false) == 2 && grade(0.9, true) == 1 && grade(0.2, false) == 1 ? 0 : 1; }
"""
NINJA = """\
rule cc
  command = c++ -I. -c $in -o $out
rule ar
  command = ar rcs $out $in
rule link
  command = : && c++ $in -o $out && :
build grade.o: cc grade.cc
build grade_test.o: cc grade_test.cc
build libgrade.a: ar grade.o
build bin/grade_test: link grade_test.o libgrade.a
"""


class Mutants(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "grade.h").write_text("int grade(double share, bool late);\n")
        (self.folder / "grade.cc").write_text(SOURCE)

    def run_tool(self, *options):
        command = [sys.executable, TOOL, self.folder, "grade_test", self.folder / "grade.cc", *options]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def test_each_token_has_its_mutants(self):
        status, output = self.run_tool("--list")
        self.assertEqual(status, 0)
        self.assertEqual(
            [line.split(":", 1)[1] for line in output.splitlines()],
            [
                "4: negation: share > 0.5 && !late -> !(share > 0.5 && !late)",
                "4: comparison: > -> >=", "4: comparison: > -> <=",
                "4: constant: 0.5 -> 0.6", "4: constant: 0.5 -> 0.4",
                "4: logic: && -> ||", "4: negation: ! -> ",
                "4: return: 2 -> {}", "4: constant: 2 -> 3", "4: constant: 2 -> 1",
                "5: return: share + 1 -> {}", "5: arithmetic: + -> -", "5: constant: 1 -> 2", "5: constant: 1 -> 0",
            ],
        )

    def test_what_no_test_notices_survives(self):
        (self.folder / "grade_test.cc").write_text(TEST)
        (self.folder / "build.ninja").write_text(NINJA)
        source = str(self.folder / "grade.cc")
        command = f"c++ -I{self.folder} -o grade.o -c {source}"
        (self.folder / "compile_commands.json").write_text(json.dumps([{"file": source, "command": command}]))
        subprocess.run(["ninja", "-C", self.folder], capture_output=True, check=True)
        status, output = self.run_tool("--sample", 100)
        self.assertEqual(status, 1)
        # Nothing asks for a share of a half, nor for one between a half and its neighbours.
        survived = [line.split(": ", 2)[2] for line in output.splitlines() if line.startswith("survived")]
        self.assertEqual(sorted(survived), ["0.5 -> 0.4", "0.5 -> 0.6", "> -> >="], output)
        self.assertIn("11 killed, 3 survived", output)


if __name__ == "__main__":
    unittest.main()
