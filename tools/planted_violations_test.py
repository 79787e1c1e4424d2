#!/usr/bin/env python3
"""Plants one violation of each rule of the house and sees it refused, with the words a developer will read."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(*command, cwd=None):
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


class Layers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def check_layers(self):
        return run(sys.executable, ROOT / "tools/check-layers", self.root / "modules.txt", self.root / "src")

    def test_an_undeclared_include_is_refused(self):
        self.write("modules.txt", "platform base\nplatform sql base\nrecords catalog base\n")
        self.write("src/platform/base/a.h", "")
        self.write("src/platform/sql/b.h", '#include "platform/base/a.h"\n')
        self.write("src/records/catalog/c.cc", '#include "platform/base/a.h"\n')
        self.assertEqual(self.check_layers()[0], 0)
        self.write("src/records/catalog/c.cc", '#include "platform/base/a.h"\n#include "platform/sql/b.h"\n')
        status, output = self.check_layers()
        self.assertEqual(status, 1)
        self.assertIn("records/catalog/c.cc:2: room catalog includes sql, which it does not declare", output)

    def test_a_file_outside_every_room_is_refused(self):
        self.write("modules.txt", "platform base\n")
        self.write("src/platform/stray.h", "")
        status, output = self.check_layers()
        self.assertEqual(status, 1)
        self.assertIn("platform/stray.h: not in a declared room", output)

    def configure(self, modules):
        self.write(
            "CMakeLists.txt",
            "cmake_minimum_required(VERSION 3.25)\nproject(planted LANGUAGES CXX)\n"
            f"include({ROOT}/cmake/add_module.cmake)\nadd_library(boon_compile_options INTERFACE)\n{modules}\n",
        )
        for room in ("base", "sql"):
            self.write(f"src/platform/{room}/{room}.cc", "")
        return run("cmake", "-S", self.root, "-B", self.root / "build", "-G", "Ninja")

    def test_configure_refuses_an_upward_dependency(self):
        down = "add_module(base FLOOR platform)\nadd_module(sql FLOOR platform DEPENDS base)"
        self.assertEqual(self.configure(down)[0], 0)
        up = "add_module(base FLOOR platform DEPENDS sql)\nadd_module(sql FLOOR platform)"
        status, output = self.configure(up)
        self.assertNotEqual(status, 0)
        self.assertIn("room base depends on sql, which is not declared before it", " ".join(output.split()))

    def test_configure_refuses_a_floor_out_of_order(self):
        status, output = self.configure("add_module(sql FLOOR records)\nadd_module(base FLOOR platform)")
        self.assertNotEqual(status, 0)
        self.assertIn("is declared after a room of a higher floor", " ".join(output.split()))

    def test_a_header_that_does_not_compile_alone_is_refused(self):
        self.write("src/platform/base/base.h", "#pragma once\n")
        status, output = self.configure("add_module(base FLOOR platform)\nset(CMAKE_CXX_STANDARD 23)")
        self.assertEqual(status, 0, output)
        verify = ("cmake", "--build", self.root / "build", "--target", "all_verify_interface_header_sets")
        self.assertEqual(run(*verify)[0], 0)
        self.write("src/platform/base/base.h", "#pragma once\nstd::string name();\n")
        self.assertNotEqual(run(*verify)[0], 0)


class Tree(unittest.TestCase):
    def check(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            return run(sys.executable, ROOT / "tools/check-tree", folder)

    def test_each_rule_is_enforced(self):
        self.assertEqual(self.check("src/a.cc", "int x;\n")[0], 0)
        planted = {
            "split it by purpose": ("src/a.cc", "int x;\n" * 401),
            "at most 120": ("src/a.cc", "x" * 121),
            "name its purpose": ("src/utils/a.cc", ""),
            "leave the code whole": ("src/a.cc", "// TODO later\n"),
            "no path of one machine": ("docs/a.md", "see /home/me/x\n"),
            "name what it is or does": ("src/a.h", "class OfferManager;\n"),
            "the project speaks of itself alone": ("docs/a.md", "this page was made by an assistant\n"),
            "no registry hosts": ("third_party/a.txt", "from https://registry.npmjs.org/a\n"),
            "(b.md) leads nowhere": ("docs/a.md", "see [b](b.md)\n"),
            "a.md has no such heading": ("docs/a.md", "# Two words\nsee [b](#two-word)\n"),
        }
        for words, (name, text) in planted.items():
            status, output = self.check(name, text)
            self.assertEqual(status, 1, words)
            self.assertIn(words, output)

    def test_links_that_lead_somewhere_and_those_in_code_are_let_through(self):
        text = "# Two words\n[here](#two-words), [this](a.md#two-words), [there](https://example.com/x#y)\n```\n[x](y)\n```\n"
        self.assertEqual(self.check("docs/a.md", text), (0, "check-tree: 0 violations\n"))


if __name__ == "__main__":
    unittest.main()
