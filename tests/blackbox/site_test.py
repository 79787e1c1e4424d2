"""The web UI as the binary serves it: files, pages of the client, caching, compression, and what is not the UI."""
import gzip
import re
import socket
import unittest
import urllib.parse

from instance import Instance


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.init()
        cls.boon.serve()
        cls.index = cls.get("/").body.decode()

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    @classmethod
    def get(cls, path, **headers):
        return cls.boon.http("GET", path, key="", headers={k.replace("_", "-"): v for k, v in headers.items()})

    def assets(self):
        return re.findall(r'(?:src|href)="(/assets/[^"]+)"', self.index)

    def test_every_page_of_the_clients_is_the_index(self):
        self.assertIn('<div id="root">', self.index)
        for path in ("/login", "/offers/7", "/customers/a.b/value?tab=1"):
            answer = self.get(path, Accept="text/html")
            self.assertEqual((answer.status, answer.body.decode()), (200, self.index), path)
            self.assertEqual(answer.headers["Content-Type"], "text/html; charset=utf-8")

    def test_what_is_not_the_uis_stays_not_found(self):
        for path in ("/api/v1/nothing", "/assets/nothing.js", "/favicon.ico", "/tmf-api/x"):
            answer = self.get(path)
            self.assertEqual(answer.status, 404, path)
            self.assertTrue(answer.json, path)
        self.assertEqual(self.boon.http("POST", "/login", {}, key="").status, 404)

    def test_the_page_loads_only_from_here_and_runs_no_script_of_its_own(self):
        policy = self.get("/").headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'; script-src 'self';", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertEqual(re.findall(r"<script(?![^>]*\bsrc=)", self.index), [])
        self.assertEqual(re.findall(r'(?:src|href)="(?!/)[^"]*"', self.index), [])

    def test_hashed_files_are_kept_and_the_index_is_asked_for_again(self):
        self.assertTrue(self.assets())
        for path in self.assets():
            answer = self.get(path)
            self.assertEqual(answer.status, 200, path)
            self.assertEqual(answer.headers["Cache-Control"], "public, max-age=31536000, immutable")
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        index = self.get("/")
        self.assertEqual(index.headers["Cache-Control"], "no-cache")
        again = self.get("/", If_None_Match=index.headers["ETag"])
        self.assertEqual((again.status, again.body), (304, b""))
        self.assertEqual(again.headers["ETag"], index.headers["ETag"])
        self.assertEqual(self.get("/", If_None_Match='"another"').status, 200)

    def test_compressed_forms_are_the_same_file(self):
        script = next(path for path in self.assets() if path.endswith(".js"))
        plain = self.get(script)
        packed = self.get(script, Accept_Encoding="gzip")
        self.assertIsNone(plain.headers["Content-Encoding"])
        self.assertEqual((packed.headers["Content-Encoding"], packed.headers["Vary"]), ("gzip", "Accept-Encoding"))
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        self.assertLess(len(packed.body), len(plain.body) / 2)
        self.assertNotEqual(packed.headers["ETag"], plain.headers["ETag"])
        self.assertEqual(self.get(script, If_None_Match=packed.headers["ETag"]).status, 304)

    def test_no_path_leads_out(self):
        where = urllib.parse.urlsplit(self.boon.url)
        for path in (
            "/../boon.toml", "/assets/../../boon.toml", "/assets/..%2f..%2fboon.toml", "/%2e%2e/boon.db",
            "/assets/%2e%2e/index.html", "//boon.toml", "/assets\\..\\boon.toml", "/assets/%00",
        ):
            with socket.create_connection((where.hostname, where.port), timeout=10) as plain:
                plain.sendall(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n".encode())
                answer = b"".join(iter(lambda: plain.recv(65536), b""))
            self.assertIn(int(answer.split()[1]), (400, 404), path)
            self.assertNotIn(b"database_url", answer)


if __name__ == "__main__":
    unittest.main()
