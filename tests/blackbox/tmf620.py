"""What the tests of TMF620 share: the specification's definitions, a validator for them, and a listener."""
import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import pathlib
import re
import threading
import time
import unittest

from instance import Instance
from postgres import postgres

BASE = "/tmf-api/productCatalogManagement/v4"
# The definitions of TMF620 v4.1.0 (its published Swagger document) without their words.
DEFINITIONS = json.loads(pathlib.Path(__file__).with_name("tmf620_definitions.json").read_text())
# What the conformance profile wants of every resource beside id and href.
PROFILE = {
    "catalog": ("Catalog", ["lastUpdate", "lifecycleStatus", "name"]),
    "category": ("Category", ["lastUpdate", "lifecycleStatus", "name", "isRoot"]),
    "productSpecification": ("ProductSpecification", ["lastUpdate", "lifecycleStatus", "name"]),
    "productOfferingPrice": ("ProductOfferingPrice", ["lastUpdate", "lifecycleStatus", "name", "priceType"]),
    "productOffering": ("ProductOffering", ["lastUpdate", "lifecycleStatus", "name", "productSpecification"]),
    "importJob": ("ImportJob", ["url", "status", "creationDate", "contentType"]),
    "exportJob": ("ExportJob", ["url", "status", "creationDate", "contentType"]),
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TYPES = {"string": str, "boolean": bool, "array": list, "object": dict}


def mistakes(value, schema, place=""):
    """Where `value` is not what the schema says; empty when it is."""
    if "$ref" in schema:
        schema = DEFINITIONS[schema["$ref"].split("/")[-1]]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{place}: {value!r} is none of {schema['enum']}"]
    kind = schema.get("type")
    if kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int if kind == "integer" else (int, float)):
            return [f"{place}: {value!r} is no {kind}"]
    elif kind in TYPES and not isinstance(value, TYPES[kind]):
        return [f"{place}: {value!r} is no {kind}"]
    if schema.get("format") == "date-time" and not TIME.fullmatch(value):
        return [f"{place}: {value!r} is no RFC 3339 time"]
    found = []
    if kind == "array":
        for index, item in enumerate(value):
            found += mistakes(item, schema["items"], f"{place}/{index}")
    if isinstance(value, dict):
        found += [f"{place}/{name}: is missing" for name in schema.get("required", []) if name not in value]
        for name, part in schema.get("properties", {}).items():
            if name in value:
                found += mistakes(value[name], part, f"{place}/{name}")
    return found


class Listener:
    """Hears notifications on a free port; answers what `statuses` says, in turn, then 204."""

    def __init__(self, statuses=()):
        self.heard, self.statuses = [], list(statuses)
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append((self.path, dict(self.headers), body))
                self.send_response(listener.statuses.pop(0) if listener.statuses else 204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/listener?for=boon"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def events(self):
        return [json.loads(body) for _, _, body in self.heard]

    def wait_for(self, count, seconds=20):
        until = time.monotonic() + seconds
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.02)
        return self.events()


class Files:
    """A file server that takes PUT and gives GET."""

    def __init__(self):
        self.files = {}
        files = self.files

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_PUT(self):
                files[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                content = files.get(self.path)
                self.send_response(404 if content is None else 200)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def signature(secret, headers, body):
    """What Standard Webhooks 1.0.0 has the receiver compute."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


class Tmf620Server(unittest.TestCase):
    """An instance with a few offers made the usual way, that may reach this machine."""

    on_postgres = False

    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.boon = Instance()
        cls.boon.environment = {"BOON_OUTBOUND_ALLOW_PRIVATE": "True", "BOON_OUTBOUND_PORTS": "any"}
        if cls.on_postgres:
            cls.boon.environment["BOON_DATABASE_URL"] = stack.enter_context(postgres())
        stack.callback(cls.boon.close)
        cls.boon.init()
        cls.boon.serve()
        for name in ("Ten points", "Free shipping"):
            made = cls.boon.http("POST", "/api/v1/offers", {"name": name, "category": "points"})
            assert made.status == 201, made.body

    def http(self, method, path, body=None, **more):
        answer = self.boon.http(method, f"{BASE}/{path}", body, **more)
        if answer.status >= 400:
            self.assertEqual(mistakes(answer.json, DEFINITIONS["Error"]), [])
            self.assertEqual(answer.json["status"], str(answer.status))
        return answer

    def make(self, path, body):
        made = self.http("POST", path, body)
        self.assertEqual(made.status, 201, made.body)
        self.assert_is(path, made.json)
        return made.json

    def assert_is(self, path, resource):
        definition, wanted = PROFILE[path]
        self.assertEqual(mistakes(resource, DEFINITIONS[definition]), [], resource)
        for name in ["id", "href", *wanted]:
            self.assertIn(name, resource)

    def ids(self, path):
        answer = self.http("GET", path)
        self.assertEqual(answer.status, 200, answer.body)
        return [item["id"] for item in answer.json]
