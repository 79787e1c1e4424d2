"""A browser as far as logins go: keeps the session's cookie, and says where its requests come from."""
import http.cookies
import re

PASSWORD = "correct horse battery"


class Browser:
    def __init__(self, boon):
        self.boon = boon
        self.cookies = {}
        self.origin = boon.url
        self.headers = {}  # of every request

    def http(self, method, path, body=None, headers=None, whole=True):
        sent = {**self.headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method != "GET" and self.origin:
            sent["Origin"] = self.origin
        answer = self.boon.http(method, path, body, key="", headers={**sent, **(headers or {})}, whole=whole)
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer

    def log_in(self, name, password=PASSWORD, **more):
        return self.http("POST", "/api/v1/session", {"name": name, "password": password}, **more)

    def redeem(self, link, password=PASSWORD):
        body = {"token": re.search(r"#(\w+)$", link)[1]}
        return self.http("POST", "/api/v1/session:redeem", {**body, "password": password} if password else body)

    def enter(self, name, role):
        """A new user of that role, logged in."""
        link = self.boon.json("users", "add", name, "--role", role)["link"]["link"]
        answer = self.redeem(link)
        assert answer.status == 200, answer.body
        return self
