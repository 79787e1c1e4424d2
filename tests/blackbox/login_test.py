"""Logging in to the web UI: the first admin, one-time links, sessions and their cookies, what a browser may send, how
often somebody may guess, and where a password may come from."""
import re
import sqlite3
import time
import unittest

from instance import Instance, instance
from login import PASSWORD, Browser

COOKIE = "boon-loopback"


def users_of(boon):
    return {user["name"]: user for user in boon.json("users")["items"]}


class FirstStart(unittest.TestCase):
    def test_the_server_prints_a_link_until_somebody_has_set_a_password(self):
        with instance() as boon:
            boon.init()

            def link():
                boon.log.flush()
                return re.search(r"http://\S+/setup#\w{43}", (boon.root / "server.log").read_text())

            boon.serve()
            first = link()[0]
            boon.stop()
            boon.serve()
            second = link()[0]
            browser = Browser(boon)
            self.assertEqual(browser.redeem(first).status, 401, "each start's link ends the one before")
            self.assertEqual(browser.redeem(second, "short").status, 400)
            entered = browser.redeem(second)
            self.assertEqual((entered.status, entered.json["role"]), (200, "admin"))
            self.assertEqual(browser.redeem(second).status, 401, "a link works once")
            boon.stop()
            boon.serve()
            self.assertIsNone(link(), "somebody has a password: no further link")
            self.assertEqual(Browser(boon).log_in("Admin").status, 200, "names are typed in any case")

    def test_a_lost_password_is_reset_on_the_command_line(self):
        with instance() as boon:
            boon.init()
            boon.serve()
            browser = Browser(boon)
            browser.enter("boss", "admin")
            link = boon.run("users", "reset", "boss")[1].strip()
            self.assertEqual(browser.http("GET", "/api/v1/session").status, 401, "a reset ends the sessions")
            self.assertEqual(browser.log_in("boss").status, 401)
            self.assertEqual(browser.redeem(link, "quite another password").status, 200)
            self.assertEqual(browser.log_in("boss", "quite another password").status, 200)
            login = boon.run("users", "reset", "boss", "--login")[1].strip()
            self.assertIn("/setup/login#", login)
            self.assertEqual(Browser(boon).redeem(login, password=None).status, 200)
            self.assertEqual(browser.http("GET", "/api/v1/session").status, 200, "a link to log in ends nothing")


class Logins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.init()
        cls.boon.environment = {"BOON_HTTP_TRUSTED_PROXIES": "192.0.2.0/24"}
        cls.boon.serve()
        cls.anna = Browser(cls.boon).enter("anna", "marketer")
        cls.boss = Browser(cls.boon).enter("boss", "admin")

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def browser(self, name="anna"):
        browser = Browser(self.boon)
        self.assertEqual(browser.log_in(name).status, 200)
        return browser

    def test_a_login_sets_a_cookie_that_scripts_and_other_sites_do_not_get(self):
        answer = Browser(self.boon).log_in("anna")
        self.assertRegex(
            answer.headers["Set-Cookie"], rf"^{COOKIE}=[0-9A-Za-z]{{43}}; Path=/; HttpOnly; SameSite=Strict$"
        )
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(
            answer.json["permissions"], ["look", "session", "decide", "offers", "audiences", "customers"]
        )
        self.assertEqual(answer.json["idle_minutes"], 60)

    def test_a_login_changes_the_token_and_ends_the_old_session(self):
        browser = self.browser()
        first = browser.cookies[COOKIE]
        browser.log_in("anna")
        self.assertNotEqual(browser.cookies[COOKIE], first)
        browser.cookies[COOKIE] = first
        self.assertEqual(browser.http("GET", "/api/v1/session").status, 401)

    def test_a_new_password_changes_the_token_and_ends_every_other_session(self):
        Browser(self.boon).enter("carla", "viewer")
        here, there = self.browser("carla"), self.browser("carla")
        before = here.cookies[COOKIE]
        new = "a password that is new"
        wrong = here.http("POST", "/api/v1/session:password", {"current": "wrong", "password": new})
        self.assertEqual((wrong.status, wrong.json["errors"][0]["pointer"]), (400, "/current"))
        changed = here.http("POST", "/api/v1/session:password", {"current": PASSWORD, "password": new})
        self.assertEqual(changed.status, 200, changed.body)
        self.assertNotEqual(here.cookies[COOKIE], before)
        self.assertEqual(here.http("GET", "/api/v1/session").json["name"], "carla")
        self.assertEqual(there.http("GET", "/api/v1/session").status, 401)

    def test_another_role_ends_the_sessions(self):
        dora = Browser(self.boon).enter("dora", "viewer")
        user = self.boss.http("GET", "/api/v1/users/dora")
        patch = {"role": "analyst"}
        self.assertEqual(self.boss.http("PATCH", "/api/v1/users/dora", patch).status, 428)
        etag = {"If-Match": user.headers["ETag"]}
        self.assertEqual(self.boss.http("PATCH", "/api/v1/users/dora", patch, headers=etag).json["role"], "analyst")
        self.assertEqual(self.boss.http("PATCH", "/api/v1/users/dora", patch, headers=etag).status, 412)
        self.assertEqual(dora.http("GET", "/api/v1/session").status, 401)
        self.boon.run("users", "disable", "dora")
        self.assertEqual(dora.log_in("dora").status, 401)

    def test_logging_out(self):
        here, there = self.browser(), self.browser()
        token = here.cookies[COOKIE]
        answer = here.http("DELETE", "/api/v1/session")
        self.assertEqual(answer.status, 204)
        self.assertIn("Max-Age=0", answer.headers["Set-Cookie"])
        self.assertEqual(here.cookies, {})
        here.cookies[COOKIE] = token
        self.assertEqual(here.http("GET", "/api/v1/session").status, 401)
        self.assertEqual(there.http("GET", "/api/v1/session").status, 200)
        self.browser().http("DELETE", "/api/v1/session?everywhere=true")
        self.assertEqual(there.http("GET", "/api/v1/session").status, 401)
        type(self).anna = self.browser()

    def test_sessions_are_listed_and_end_one_by_one(self):
        Browser(self.boon).enter("greta", "viewer").http("DELETE", "/api/v1/session")
        here, there, lost = (self.browser("greta") for _ in range(3))
        lost.headers["User-Agent"] = "A phone"
        lost.log_in("greta")
        listed = here.http("GET", "/api/v1/sessions").json["items"]
        self.assertEqual(len(listed), 3)
        self.assertEqual([session["is_current"] for session in listed].count(True), 1)
        phone = next(session for session in listed if session["agent"] == "A phone")
        self.assertEqual((phone["address"], phone["is_current"]), ("127.0.0.1", False))
        tokens = [browser.cookies[COOKIE] for browser in (here, there, lost)]
        self.assertFalse([token for token in tokens if token in str(listed)])
        # A name of a session opens nothing, and is nobody else's to end.
        thief = Browser(self.boon)
        thief.cookies[COOKIE] = phone["id"]
        self.assertEqual(thief.http("GET", "/api/v1/session").status, 401)
        self.assertEqual(self.anna.http("DELETE", f"/api/v1/sessions/{phone['id']}").status, 404)
        self.assertEqual(here.http("DELETE", f"/api/v1/sessions/{phone['id']}").status, 204)
        self.assertEqual(lost.http("GET", "/api/v1/session").status, 401)
        self.assertEqual(here.http("DELETE", f"/api/v1/sessions/{phone['id']}").status, 404)
        self.assertEqual(here.http("DELETE", "/api/v1/sessions").status, 204)
        self.assertEqual(there.http("GET", "/api/v1/session").status, 401)
        self.assertEqual(here.http("GET", "/api/v1/session").status, 200)
        self.assertEqual(self.boon.http("GET", "/api/v1/sessions").status, 409, "a key has no sessions")

    def test_an_admin_sees_and_ends_a_users_sessions(self):
        path = "/api/v1/users/heidi/sessions"
        heidi = Browser(self.boon).enter("heidi", "viewer")
        again = self.browser("heidi")
        listed = self.boss.http("GET", path).json["items"]
        self.assertEqual([session["is_current"] for session in listed], [False, False])
        self.assertEqual(heidi.http("GET", path).status, 403)
        mine = next(s["id"] for s in heidi.http("GET", "/api/v1/sessions").json["items"] if s["is_current"])
        self.assertEqual(self.boss.http("DELETE", f"{path}/{mine}").status, 204)
        self.assertEqual(heidi.http("GET", "/api/v1/session").status, 401)
        self.assertEqual(again.http("GET", "/api/v1/session").status, 200)
        self.assertIn("127.0.0.1", self.boon.run("users", "sessions", "heidi")[1])
        self.boon.run("users", "end", "heidi")
        self.assertEqual(again.http("GET", "/api/v1/session").status, 401)
        self.assertEqual(self.boss.http("GET", path).json["items"], [])
        self.assertEqual(self.boss.http("GET", "/api/v1/users/nobody/sessions").status, 404)
        deeds = self.boss.http("GET", "/api/v1/audit?target=users/heidi").json["items"]
        whats = {(deed["who"].split(":")[0], deed["what"]) for deed in deeds}
        self.assertTrue({("user", "session.delete"), ("local", "session.delete_all")} <= whats, whats)

    def test_a_tampered_or_expired_cookie_is_none(self):
        browser = self.browser()
        token = browser.cookies[COOKIE]
        for tampered in (token[:-1] + ("a" if token[-1] != "a" else "b"), token[:-1], token + "x", "", "x" * 43):
            browser.cookies[COOKIE] = tampered
            self.assertEqual(browser.http("GET", "/api/v1/session").status, 401, tampered)
        browser.cookies[COOKIE] = token
        self.assertEqual(browser.http("GET", "/api/v1/session").status, 200)
        with sqlite3.connect(self.boon.home / "boon.db", timeout=30) as database:
            database.execute("update user_sessions set expires_at = 1 where name = 'anna'")
        database.close()
        time.sleep(2.1)  # what the server knows of it is at most 2 s old
        self.assertEqual(browser.http("GET", "/api/v1/session").status, 401)

    def test_a_change_must_come_from_a_page_of_this_server(self):
        browser = self.browser()
        offer = {"offer_id": 900, "name": "Over the wall", "category": "points"}
        refused = "not from a page of this server"
        for origin in (None, "http://evil.example", "null", self.boon.url + "0", self.boon.url.replace("http:", "https:")):
            browser.origin = origin
            answer = browser.http("POST", "/api/v1/offers", offer)
            self.assertEqual(answer.status, 403, origin)
            self.assertIn(refused, answer.json["detail"])
        browser.origin = self.boon.url
        for form in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            answer = browser.http("POST", "/api/v1/offers", offer, headers={"Content-type": form})
            self.assertEqual(answer.status, 403, form)
        self.assertEqual(browser.http("GET", "/api/v1/offers/900").status, 404, "nothing was done")
        self.assertEqual(browser.http("POST", "/api/v1/offers", offer).status, 201)

    def test_another_sites_page_cannot_log_a_browser_in(self):
        browser = Browser(self.boon)
        browser.origin = "http://evil.example"
        self.assertEqual(browser.log_in("anna").status, 403)
        self.assertEqual(browser.cookies, {})

    def test_failures_do_not_tell_whether_a_name_exists(self):
        known = Browser(self.boon).log_in("boss", "a wrong password")
        unknown = Browser(self.boon).log_in("nobody", "a wrong password")
        self.assertEqual(known.status, 401)
        self.assertEqual(known.body, unknown.body)
        self.assertEqual(known.json["detail"], "the name or the password is wrong")
        Browser(self.boon).log_in("boss")

    def test_guesses_are_slowed_down(self):
        Browser(self.boon).enter("egon", "viewer")
        for _ in range(5):
            self.assertEqual(Browser(self.boon).log_in("egon", "a wrong password").status, 401)
        slowed = Browser(self.boon).log_in("egon")
        self.assertEqual(slowed.status, 429, "the right password is not looked at any more")
        self.assertTrue(0 < int(slowed.headers["Retry-After"]) <= 60)
        self.assertEqual(Browser(self.boon).log_in("anna").status, 200, "nobody else has to wait")

    def test_where_a_password_is_taken_from(self):
        def refused(headers, because):
            browser = Browser(self.boon)
            answer = browser.log_in("anna", headers=headers)
            self.assertEqual(answer.status, 403, headers)
            self.assertIn(because, answer.json["detail"])
            self.assertEqual(browser.cookies, {})

        refused({"Host": "boon.example", "Origin": "http://boon.example"}, 'the host is called "boon.example"')
        refused({"X-Forwarded-Proto": "https"}, "came through 127.0.0.1, which http.trusted_proxies does not name")
        # Nor is a session's cookie.
        for headers in ({"Host": "boon.example"}, {"X-Forwarded-For": "203.0.113.9"}):
            self.assertEqual(self.browser().http("GET", "/api/v1/session", headers=headers).status, 401)

    def test_the_audit_log_names_who_did_it(self):
        self.browser().http("POST", "/api/v1/offers", {"offer_id": 901, "name": "By hand", "category": "points"})
        deeds = self.boon.http("GET", "/api/v1/audit?who=user:anna").json["items"]
        self.assertEqual([(deeds[0]["what"], deeds[0]["target"])], [("offers.create", "offers/901")])
        self.assertEqual((deeds[1]["what"], deeds[1]["after"]["address"]), ("session.create", "127.0.0.1"))
        self.assertNotIn(PASSWORD, str(deeds))

    def test_users_on_the_command_line(self):
        added = self.boon.run("users", "add", "fred", "--role", "operator", "--full-name", "Fred Nerk")
        self.assertRegex(added[1], r"^http://127.0.0.1:\d+/setup#\w{43}\n$")
        self.boon.run("users", "role", "fred", "analyst")
        fred = users_of(self.boon)["fred"]
        self.assertEqual((fred["role"], fred["full_name"], fred["has_password"]), ("analyst", "Fred Nerk", False))
        self.boon.run("users", "remove", "fred")
        self.assertNotIn("fred", users_of(self.boon))
        code, _, said = self.boon.run("users", "add", "fred", "--role", "viewer", check=False)
        self.assertEqual(code, 5, said)
        code, _, said = self.boon.run("users", "disable", "boss", check=False)
        self.assertEqual(code, 0, said)
        self.boon.run("users", "enable", "boss")
        type(self).boss = self.browser("boss")


class BehindAProxy(unittest.TestCase):
    def test_a_trusted_proxy_brings_tls_and_the_clients_address(self):
        with instance() as boon:
            boon.init()
            boon.environment = {
                "BOON_HTTP_TRUSTED_PROXIES": "127.0.0.1,::1", "BOON_HTTP_PUBLIC_URL": "https://boon.example",
            }
            boon.serve()
            browser = Browser(boon)
            browser.origin = "https://boon.example"
            browser.headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.9.9, 203.0.113.9"}
            link = boon.run("users", "add", "boss", "--role", "admin")[1].strip()
            self.assertTrue(link.startswith("https://boon.example/setup#"), link)
            answer = browser.redeem(link)
            self.assertRegex(
                answer.headers["Set-Cookie"],
                r"^__Host-boon=[0-9A-Za-z]{43}; Path=/; HttpOnly; SameSite=Strict; Secure$",
            )
            self.assertEqual(browser.http("GET", "/api/v1/session").status, 200)
            deeds = browser.http("GET", "/api/v1/audit?who=user:boss").json["items"]
            # What the client itself claims is not believed.
            self.assertEqual(deeds[0]["after"]["address"], "203.0.113.9")
            browser.headers["X-Forwarded-Proto"] = "http"
            answer = browser.log_in("boss")
            self.assertEqual(answer.status, 403)
            self.assertIn("the proxy does not say X-Forwarded-Proto: https", answer.json["detail"])


if __name__ == "__main__":
    unittest.main()
