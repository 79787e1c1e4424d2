"""Sources of offers end to end: the built binary against a fake upstream over real HTTP and TLS."""
import contextlib
import re
import sqlite3
import time
import unittest

from instance import instance
from upstream import upstream

SUMMARY = "{} created, {} updated, {} unchanged, {} withdrawn, {} rejected"


class Shop:
    """An instance and the upstream that it may ask."""

    def __init__(self, boon, peer):
        self.boon, self.peer = boon, peer
        self.environment = {
            "BOON_SYNC_ALLOW_PRIVATE": "True", "BOON_SYNC_PORTS": "any", "BOON_SYNC_CA_FILE": peer.ca,
        }
        boon.init()

    def sync(self, *words, check=True):
        return self.boon.run("sync", *words, check=check, environment=self.environment)

    def add(self, name, kind, url, secrets, **options):
        words = ["add", name, "--kind", kind, "--url", url]
        for option, value in options.items():
            words += ["--option", f"{option}={value}"]
        for secret, value in secrets.items():
            path = self.boon.root / f"{name}-{secret}"
            path.write_text(value + "\n")
            words += ["--secret", f"{secret}={path}"]
        self.sync(*words)

    def add_xiva(self, server="http", name="xiva", **options):
        self.add(name, "xiva", self.peer.url(server) + "/api", {"password": "wonderland"}, username="boon", **options)

    def rows(self):
        """What the catalogue holds, to the last byte of what a run could write."""
        with contextlib.closing(sqlite3.connect(f"file:{self.boon.home / 'boon.db'}?mode=ro", uri=True)) as database:
            offers = database.execute("select * from current_offers order by offer_id").fetchall()
            counts = [database.execute(f"select count(*) from {table}").fetchone()[0]
                      for table in ("current_versions", "change_feed")]
            return offers, counts

    def offer(self, number, column):
        with contextlib.closing(sqlite3.connect(f"file:{self.boon.home / 'boon.db'}?mode=ro", uri=True)) as database:
            return database.execute(
                f"select {column} from current_offers where name = ?", (f"Offer {number}",)).fetchone()[0]


@contextlib.contextmanager
def shop(count):
    with instance() as boon, upstream() as peer:
        peer.control(generate={"count": count})
        yield Shop(boon, peer)


class Sync(unittest.TestCase):
    def ran(self, shop, name, *figures, words=()):
        """A run that went through: created, updated, unchanged, withdrawn, rejected."""
        text = shop.sync("run", name, *words)[1]
        self.assertIn(SUMMARY.format(*figures), text)

    def fails(self, shop, name, *words):
        """A run that fails with these words, and leaves the catalogue as it was."""
        before = shop.rows()
        code, out, problem = shop.sync("run", name, check=False)
        self.assertNotEqual(code, 0, out)
        for word in words:
            self.assertIn(word, problem)
        self.assertEqual(shop.rows(), before)

    def test_xiva_from_the_first_run_to_an_approval(self):
        with shop(120) as made:
            made.add_xiva()
            self.ran(made, "xiva", 120, 0, 0, 0, 0)
            first = made.rows()
            self.assertEqual(len(first[0]), 120)
            self.assertEqual(made.offer(7, "external_offer_id"), "po-7")
            self.assertEqual(made.offer(7, "price"), 750)
            self.assertEqual(made.offer(7, "category"), "shipping")
            self.ran(made, "xiva", 0, 0, 120, 0, 0)
            self.assertEqual(made.rows(), first)

            made.peer.control(change={"id": "po-7", "price": 9.25})
            self.ran(made, "xiva", 0, 1, 119, 0, 0)
            self.assertEqual(made.offer(7, "price"), 925)
            self.assertEqual(made.offer(7, "version"), 2)
            self.assertEqual(made.offer(8, "version"), 1)

            made.peer.control(delete=[f"po-{number}" for number in range(1, 6)])
            self.ran(made, "xiva", 0, 0, 115, 5, 0)
            self.assertEqual([made.offer(number, "is_active") for number in (5, 6)], [0, 1])
            made.peer.control(restore=[f"po-{number}" for number in range(1, 6)])
            self.ran(made, "xiva", 0, 5, 115, 0, 0)

            made.peer.control(delete=[f"po-{number}" for number in range(61, 121)])
            before = made.rows()
            _, text, hint = made.sync("run", "xiva")
            self.assertIn("needs_approval", text)
            self.assertIn("60 of 120 live offers", text)
            self.assertEqual(made.rows(), before)
            run = re.search(r"boon sync approve ([0-9a-f-]{36})", hint).group(1)
            self.assertIn("succeeded", made.sync("approve", run)[1])
            self.assertEqual([made.offer(number, "is_active") for number in (60, 61)], [1, 0])

    def test_every_misbehaviour_leaves_the_catalogue_as_it_was(self):
        with shop(120) as made:
            made.add_xiva(timeout_s=3)
            self.ran(made, "xiva", 120, 0, 0, 0, 0)
            made.peer.control(change={"id": "po-1", "name": "Half a sync"})  # on the first page, which does arrive
            for kind, words in (
                ("truncated", "it ends too early"),
                ("too_short", "it ends too early"),
                ("too_long", "its answer ended too early"),
                ("duplicate_key", "the member `name` appears twice"),
                ("html", "with a web page (Sign in) instead of JSON"),
                ("redirect", "redirects are not followed"),
                ("gzip_bomb", "its answer is larger than 16777216 bytes"),
                ("close", "it closed the connection without an answer"),
                ("slow", "no whole answer within 3 s"),
                ("changing_total", "it had 120 offers and has 119 now"),
                ("empty_page", "its pages do not fit together"),
                ("reordered", "its pages do not fit together"),
                ("same_page", "it gives the same page whatever the offset"),
            ):
                with self.subTest(kind):
                    made.peer.control(clear=True, fault={"kind": kind, "page": 2, "times": 9})
                    self.fails(made, "xiva", words)
            for fault, words in (
                ({"status": 503, "times": 9}, "it answered 503 (it is not available)"),
                ({"status": 429, "seconds": 3600}, "it answered 429 (too many requests)"),
                ({"status": 403}, "it answered 403 (this user may not read that)"),
            ):
                with self.subTest(fault):
                    made.peer.control(clear=True, fault={"kind": "status", "page": 2, **fault})
                    self.fails(made, "xiva", words)
            made.peer.control(clear=True, fault={"kind": "delete_first", "page": 2}, set={"totals": False})
            self.fails(made, "xiva", "its pages do not fit together")
            made.peer.control(clear=True, restore=["po-1"], fault={"kind": "expire_access", "page": 2})
            self.ran(made, "xiva", 0, 1, 119, 0, 0)
            made.peer.control(clear=True, set={"totals": True},
                              fault={"kind": "status", "status": 429, "date_in": 1, "page": 2})
            self.ran(made, "xiva", 0, 0, 120, 0, 0)

    def test_a_run_that_waits_for_its_peer_can_be_cancelled(self):
        with shop(120) as made:
            made.add_xiva()
            made.peer.control(fault={"kind": "status", "status": 429, "seconds": 60, "page": 2, "times": 9})
            made.boon.serve(made.environment)
            run = made.boon.http("POST", "/api/v1/sync/sources/xiva/runs", {}).headers["Location"]
            self.eventually(lambda: any(request["status"] == 429 for request in made.peer.requests()))
            self.assertEqual(made.boon.http("POST", run + ":cancel").status, 200)
            self.eventually(lambda: made.boon.http("GET", run).json["state"] == "cancelled")
            self.assertEqual(made.boon.http("GET", "/api/v1/offers").json["total"], 0)

    def eventually(self, happened, seconds=10):
        until = time.monotonic() + seconds
        while not happened():
            self.assertLess(time.monotonic(), until, "it did not happen")
            time.sleep(0.1)

    def test_only_a_peer_that_may_be_asked_and_is_trusted(self):
        with shop(3) as made:
            for server in ("good", "expired", "wrong_host", "dead"):
                made.add_xiva(server, server.replace("_", "-"))
            self.ran(made, "good", 3, 0, 0, 0, 0)
            self.fails(made, "expired", "its certificate is not trusted")
            self.fails(made, "wrong-host", "its certificate is not trusted")
            self.fails(made, "dead", "connection refused")
            made.environment["BOON_SYNC_ALLOW_PRIVATE"] = "False"
            self.fails(made, "good", "127.0.0.1 is not a public address")

    def test_xiva_by_its_settings(self):
        with shop(3) as made:
            made.environment |= {
                "XIVA_API_BASE_URL": made.peer.url() + "/api", "XIVA_API_USERNAME": "boon",
                "XIVA_API_PASSWORD": "looking-glass", "XIVA_API_AUTH_TYPE": "Bearer",
            }
            made.peer.control(set={"scheme": "Bearer"})
            self.fails(made, "xiva", "No active account found with the given credentials", "check the username")
            made.environment["XIVA_API_PASSWORD"] = "wonderland"
            self.ran(made, "xiva", 3, 0, 0, 0, 0)

    def test_by_schedule(self):
        with shop(3) as made:
            made.boon.serve(made.environment | {
                "OFFER_SYNC_ENABLED": "True", "OFFER_SYNC_INTERVAL": "60",
                "XIVA_API_BASE_URL": made.peer.url() + "/api", "XIVA_API_USERNAME": "boon",
                "XIVA_API_PASSWORD": "wonderland",
            })
            end = time.monotonic() + 30
            while made.boon.http("GET", "/api/v1/offers?limit=1").json["total"] < 3:
                self.assertLess(time.monotonic(), end, "no run began by itself")
                time.sleep(0.05)
            runs = made.boon.http("GET", "/api/v1/sync/runs").json["items"]
            self.assertEqual([(run["source"], run["started_by"]) for run in runs], [("xiva", "schedule")])

    def test_customers(self):
        with shop(120) as made:
            made.add_xiva()
            self.assertIn("customers of xiva: " + SUMMARY.format(120, 0, 0, 0, 0),
                          made.sync("run", "xiva", "--customers")[1])
            self.assertIn(SUMMARY.format(0, 0, 120, 0, 0), made.sync("run", "xiva", "--customers")[1])
            made.peer.control(fault={"kind": "same_page", "page": 2})
            code, _, problem = made.sync("run", "xiva", "--customers", check=False)
            self.assertNotEqual(code, 0)
            self.assertIn("customerManagement/v4/customer/: it gives the same page whatever the offset", problem)
            made.peer.control(clear=True, delete=["po-7"])
            self.assertIn(SUMMARY.format(0, 0, 119, 1, 0), made.sync("run", "xiva", "--customers")[1])
            with contextlib.closing(sqlite3.connect(made.boon.home / "boon.db")) as database:
                self.assertEqual(
                    database.execute("select name, status, attributes, is_active from customers "
                                     "where customer_id = 'cust-7'").fetchone(),
                    ("Customer 7", "Active", '{"contractType":"prepaid"}', 0))
                self.assertEqual(
                    database.execute("select kind, value, preferred from contact_points where customer_id = 'cust-7' "
                                     "order by position").fetchall(),
                    [("email", "c7@example.org", 1), ("phone", "+41790000007", 0)])

    def crm(self, made, full):
        """First run, nothing, a change and a deletion, for an upstream that says what changed."""
        self.ran(made, "crm", 25, 0, 0, 0, 0)
        first = made.rows()
        made.sync("run", "crm")
        self.assertEqual(made.rows(), first)
        made.peer.control(change={"id": "po-3", "price": 77}, delete=["po-4"])
        text = made.sync("run", "crm")[1]
        self.assertRegex(text, r"0 created, 1 updated, \d+ unchanged, 1 withdrawn, 0 rejected")
        self.assertEqual(made.offer(3, "price"), 7700)
        self.assertEqual([made.offer(number, "is_active") for number in (3, 4, 5)], [1, 0, 1])
        after = made.rows()
        made.sync("run", "crm", "--full")
        self.assertEqual(made.rows(), after)
        made.peer.control(clear=True, change={"id": "po-9", "name": "Half a sync"},
                          fault={"kind": "html", "page": 1, "times": 9})
        self.fails(made, "crm", "with a web page (Sign in) instead of JSON")
        made.peer.control(clear=True, **full)
        self.assertRegex(made.sync("run", "crm")[1], r"0 created, 1 updated, \d+ unchanged, 0 withdrawn, 0 rejected")

    def test_salesforce(self):
        with shop(25) as made:
            made.peer.control(set={"batch": 10})
            made.add("crm", "salesforce", made.peer.url(), {"client_secret": "8A4B-secret"}, client_id="3MVG9-key")
            self.crm(made, {})

    def test_hubspot(self):
        with shop(25) as made:
            made.add("crm", "hubspot", made.peer.url(), {"token": "pat-eu1-token"}, path="crm/objects/2026-03")
            self.crm(made, {})

    def test_dataverse(self):
        with shop(25) as made:
            made.add("crm", "dataverse", made.peer.url(), {"client_secret": "secret~dataverse"},
                     client_id="11111111-aaaa", tenant_id="tenant-1", authority=made.peer.url(), page_size=10)
            # Ends with a delta link that has expired: everything is read again.
            self.crm(made, {"fault": {"kind": "expired_delta"}})


if __name__ == "__main__":
    unittest.main()
