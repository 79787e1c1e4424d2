"""A fake upstream over real HTTP and TLS: Xiva, Salesforce, HubSpot and Dataverse in one process.

    python3 fake.py FOLDER

FOLDER is for its certificates. Prints one line of JSON with its ports and the file of its authority, then serves
until its standard input ends. Tests steer it at `/control`:

    POST /control  {"generate": {"count": 120}}             more offers
                   {"change": {"id": "po-1", "price": 3}}   {"change_price": {"id": "po-1", "price": 3}}
                   {"delete": ["po-2"]}  {"restore": ["po-2"]}
                   {"set": {"envelope": "results"}}         how a dialect behaves; see each dialect's setting()
                   {"fault": {"kind": "truncated", "page": 2, "times": 1}}   see faulty() and the dialects
                   {"clear": true}  {"reset": true}         no more faults; all as at the start
    GET /control   what was asked so far: {"requests": [{"method", "target", "status"}]}
"""
import email.utils
import gzip
import http.server
import json
import socket
import ssl
import sys
import tempfile
import threading
import time
import urllib.parse

import certificates
import dataverse
import files
import hubspot
import salesforce
import xiva
from catalogue import Reply, Request, State

DIALECTS = (  # first match
    ("/api/data/", dataverse.answer),
    ("/tenant-1/", dataverse.answer),
    ("/api/", xiva.answer),
    ("/services/", salesforce.answer),
    ("/crm/", hubspot.answer),
    ("/files/", files.answer),
)
PAGE_FAULTS = (
    "truncated", "too_short", "too_long", "html", "gzip_bomb", "slow", "hang", "close", "redirect", "status",
    "duplicate_key", "empty_body",
)

BOMB = gzip.compress(b"[" + b" " * 32_000_000 + b"]", compresslevel=1)  # made once: it must not be late


def retry_after(fault):
    """Both forms of RFC 9110 section 10.2.3."""
    if "seconds" in fault:
        return {"Retry-After": str(fault["seconds"])}
    if "date_in" in fault:
        return {"Retry-After": email.utils.formatdate(time.time() + fault["date_in"], usegmt=True)}
    return {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    state = None

    def log_message(self, format, *arguments):
        pass

    def do_GET(self):
        self.serve()

    do_POST = do_GET

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urllib.parse.urlsplit(self.path)
        if parts.path == "/control":
            return self.control(body)
        scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        request = Request(self.command, parts.path, dict(urllib.parse.parse_qsl(parts.query)), self.headers, body,
                          f"{scheme}://{self.headers.get('Host')}")
        with self.state.lock:
            reply, fault = self.reply_to(request)
            self.state.log.append({"method": self.command, "target": self.path, "status": reply.status})
        payload = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        if fault:
            return self.send_faulty(fault, reply, payload)
        self.send(reply.status, payload, reply.headers)

    def reply_to(self, request):
        for prefix, answer in DIALECTS:
            if request.path.startswith(prefix):
                reply = answer(request, self.state)
                fault = self.state.faults.due(*PAGE_FAULTS) if reply.page else None
                if fault and fault["kind"] == "status":
                    reply.status = fault["status"]
                return reply, fault
        return Reply(404, {"detail": "Not found."}), None

    def send(self, status, payload, headers=None):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def send_faulty(self, fault, reply, payload):
        kind = fault["kind"]
        if kind == "status":
            said = json.dumps({"detail": fault.get("detail", "Not now.")})
            self.send(fault["status"], said.encode(), retry_after(fault))
        elif kind == "truncated":
            self.send(200, payload[:len(payload) * 2 // 3], reply.headers)
        elif kind == "duplicate_key":
            self.send(200, payload.replace(b'"name":', b'"name": "twice", "name":', 1), reply.headers)
        elif kind == "empty_body":
            self.send(200, b"", reply.headers)
        elif kind == "html":
            title = fault.get("title", "Sign in")
            page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>Please sign in</body></html>"
            self.send(200, page.encode(fault.get("charset", "utf-8")), {"Content-Type": "text/html; charset=utf-8"})
        elif kind == "redirect":
            self.send(302, b"", {"Location": "https://elsewhere.example/login"})
        elif kind == "gzip_bomb":
            self.send(200, BOMB, {"Content-Encoding": "gzip"})
        else:
            self.send_broken(kind, payload)

    def send_broken(self, kind, payload):
        """Answers whose bytes do not agree with their head, or do not come."""
        self.close_connection = True
        claimed = {"too_short": len(payload) - 20, "too_long": len(payload) + 20}.get(kind, len(payload))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {claimed}\r\n\r\n".encode()
        if kind in ("too_short", "too_long"):
            self.wfile.write(head + payload)
        elif kind == "slow":
            self.wfile.write(head)
            for byte in payload:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        elif kind == "hang":
            while self.connection.recv(1024):
                pass

    def control(self, body):
        state = self.state
        with state.lock:
            if self.command == "GET":
                return self.send(200, json.dumps({"requests": state.log}).encode())
            for verb, value in json.loads(body).items():
                steer(state, verb, value)
        self.send(200, b"{}")

    def handle(self):
        try:
            super().handle()
        except (ConnectionError, ssl.SSLError, TimeoutError):
            pass  # the client went away, which it may


def steer(state, verb, value):
    catalogue = state.catalogue
    verbs = {
        "generate": lambda: catalogue.generate(**value),
        "change": lambda: catalogue.change(**value),
        "change_all": lambda: catalogue.change_all(**value),
        "change_price": lambda: catalogue.change_price(**value),
        "delete": lambda: catalogue.delete(value),
        "restore": lambda: catalogue.delete(value, deleted=False),
        "set": lambda: state.settings.update(value),
        "fault": lambda: state.faults.set(value),
        "clear": state.faults.clear,
        "reset": state.reset,
    }
    verbs[verb]()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, context=None):
        self.context = context
        super().__init__(("127.0.0.1", 0), Handler)

    def finish_request(self, request, client_address):
        # The handshake is the connection's own affair: a client that refuses us must not stop the others.
        if self.context is not None:
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except (ConnectionError, ssl.SSLError):
                return
        super().finish_request(request, client_address)


def start(folder):
    """Serves on free ports; {name: port} and the authority's file."""
    Handler.state = State()
    servers = {"http": Server()}
    for name, (certificate, key) in certificates.make(folder).items():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        servers[name] = Server(context)
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.socket() as nobody:  # a port where nobody listens
        nobody.bind(("127.0.0.1", 0))
        dead = nobody.getsockname()[1]
    return {**{name: server.server_port for name, server in servers.items()}, "dead": dead, "ca": f"{folder}/ca.pem"}


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="boon-upstream-")
    print(json.dumps(start(folder)), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
