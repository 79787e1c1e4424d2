"""Who may do what: every operation that the server offers, by every kind of caller (API keys by scope, users by role),
against tests/access/matrix.txt, permissions.txt and roles.txt."""
import datetime
import json
import pathlib
import re
import sqlite3
import unittest

from instance import Instance
from login import Browser

TABLE = pathlib.Path(__file__).resolve().parents[1] / "access" / "matrix.txt"
ROLES = ["viewer", "marketer", "analyst", "operator", "admin"]
CALLERS = ["none", "read", "decide", "write", "admin", "revoked", "expired"]


def rows_of(table):
    return [line.split() for line in table.read_text().splitlines() if line and not line.startswith("#")]


def expected():
    """{(method, path): {caller: refusal or "ok", "permission": its name or "open"}}"""
    permissions = {(method, path): name for method, path, name in rows_of(TABLE.with_name("permissions.txt"))}
    rows = {}
    for method, path, *cells in rows_of(TABLE):
        assert len(cells) == len(CALLERS), f"{method} {path}"
        assert (method, path) in permissions, f"{method} {path} needs a row in tests/access/permissions.txt"
        rows[method, path] = {**dict(zip(CALLERS, cells)), "permission": permissions[method, path]}
    return rows


def roles_with():
    """{permission: {role: "403" or "ok"}}"""
    return {permission: dict(zip(ROLES, cells)) for permission, *cells in rows_of(TABLE.with_name("roles.txt"))}


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.init()
        keys = {"none": {"key": ""}}
        for scope in ("read", "decide", "write", "admin"):
            keys[scope] = cls.boon.json("keys", "create", scope, "--scope", scope)
        for end in ("revoked", "expired"):
            keys[end] = cls.boon.json("keys", "create", end, "--scope", "admin", "--days", "1")
        cls.boon.run("keys", "revoke", keys["revoked"]["id"])
        yesterday = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
        with sqlite3.connect(cls.boon.home / "boon.db") as database:
            database.execute(
                "update api_keys set expires_at = ? where id = ?",
                (int(yesterday.timestamp() * 1e6), keys["expired"]["id"]),
            )
        database.close()
        cls.keys = {caller: made["key"] for caller, made in keys.items()}
        cls.boon.serve()
        cls.document = cls.boon.http("GET", "/openapi.json", key="").json
        cls.users = {role: Browser(cls.boon).enter(f"some-{role}", role) for role in ROLES}

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method in methods:
                yield method.upper(), path

    def test_the_table_has_every_operation_and_no_other(self):
        self.assertEqual(
            sorted(expected()), sorted(self.operations()),
            "an operation's row says, per caller, the status that refuses it, or ok: add it to tests/access/matrix.txt",
        )

    def test_every_operation_refuses_and_admits_whom_the_table_says(self):
        # No path names an object that exists, and bodies are empty: who is admitted does no harm.
        for (method, path), cells in expected().items():
            url = re.sub(r"{\w+}", "0", path)
            for caller in CALLERS:
                verdict = cells[caller]
                with self.subTest(operation=f"{method} {path}", caller=caller):
                    body = None if method == "GET" else {}
                    answer = self.boon.http(method, url, body, key=self.keys[caller], whole=not path.endswith("stream"))
                    if verdict == "ok":
                        self.assertNotIn(answer.status, (401, 403), answer.body)
                    else:
                        self.assertEqual(answer.status, int(verdict), answer.body)
                        self.assertEqual(answer.headers["Content-Type"].split(";")[0], self.error_type(path))
                        if verdict == "401":
                            self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")

    def test_every_role_may_what_its_permissions_say(self):
        roles = roles_with()
        for (method, path), cells in expected().items():
            if cells["permission"] == "open" or (method, path) == ("DELETE", "/api/v1/session"):
                continue
            for role in ROLES:
                with self.subTest(operation=f"{method} {path}", role=role):
                    body = None if method == "GET" else {}
                    answer = self.users[role].http(
                        method, re.sub(r"{\w+}", "0", path), body, whole=not path.endswith("stream")
                    )
                    self.assertNotEqual(answer.status, 401, answer.body)
                    refused = answer.status == 403
                    self.assertEqual("403" if refused else "ok", roles[cells["permission"]][role], answer.body)

    @staticmethod
    def error_type(path):
        return "application/json" if path.startswith("/tmf-api/") else "application/problem+json"

    def test_the_document_names_the_scope(self):
        for (method, path), cells in expected().items():
            operation = self.document["paths"][path][method.lower()]
            admitted = [caller for caller in ("read", "decide", "write") if cells[caller] == "ok"]
            with self.subTest(operation=f"{method} {path}"):
                if cells["none"] == "ok":
                    self.assertEqual(operation["security"], [])
                    self.assertEqual(cells["permission"], "open")
                else:
                    self.assertEqual(operation["x-scope"], (admitted or ["admin"])[0])
                    self.assertEqual(operation["x-permission"], cells["permission"])


if __name__ == "__main__":
    unittest.main()
