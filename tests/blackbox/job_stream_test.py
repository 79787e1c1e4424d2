"""Jobs as server-sent events: progress as it comes, the end with the job, coming again, and how many at once."""
import http.client
import json
import time
import unittest
import urllib.parse

from instance import Instance


class Events:
    """One stream, read event by event as EventSource does."""

    def __init__(self, boon, path, last_id=None, key=None):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(boon.url).netloc, timeout=30)
        headers = {"Authorization": f"Bearer {key or boon.key}", "Accept": "text/event-stream"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        self.connection.request("GET", path, headers=headers)
        self.answer = self.connection.getresponse()
        self.last_id = last_id

    def __iter__(self):
        data, kind = "", "message"
        for raw in self.answer:
            line = raw.decode().rstrip("\n")
            if not line:
                if data:
                    yield kind, json.loads(data)
                data, kind = "", "message"
            elif line.startswith("data: "):
                data += line[6:]
            elif line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("id: "):
                self.last_id = line[4:]

    def close(self):
        self.connection.close()
        self.answer.close()


class JobStreams(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boon = Instance()
        cls.boon.init()
        cls.boon.run("world", "--customers", 3000, "--seed", 7, "--out", cls.boon.home / "data", "--configure")
        cls.boon.serve()

    @classmethod
    def tearDownClass(cls):
        cls.boon.close()

    def start(self):
        job = self.boon.http("POST", "/api/v1/jobs", {"kind": "features", "parameters": {}})
        self.assertEqual(job.status, 202, job.body)
        return job.json["id"]

    def test_a_job_is_told_up_to_its_end(self):
        job = self.start()
        events = Events(self.boon, f"/api/v1/jobs/{job}/stream")
        self.assertEqual(events.answer.status, 200)
        self.assertEqual(events.answer.headers["Content-Type"], "text/event-stream; charset=utf-8")
        seen = list(events)  # ends: the server ends the stream with the job
        self.assertEqual({kind for kind, _ in seen}, {"job"})
        self.assertEqual({state["id"] for _, state in seen}, {job})
        self.assertEqual(seen[-1][1]["state"], "succeeded")
        self.assertEqual(seen[-1][1]["result"], self.boon.http("GET", f"/api/v1/jobs/{job}").json["result"])
        # A browser that comes again with the last event's id is told that there is no more (204).
        again = Events(self.boon, f"/api/v1/jobs/{job}/stream", events.last_id)
        self.assertEqual(again.answer.status, 204)
        # One that missed the end gets it.
        late = Events(self.boon, f"/api/v1/jobs/{job}/stream", "1")
        self.assertEqual([state["state"] for _, state in late], ["succeeded"])

    def test_all_jobs_in_one_stream(self):
        events = Events(self.boon, "/api/v1/jobs:stream")
        jobs = {self.start(), self.start()}
        ended = set()
        for _, state in events:
            if state["state"] == "succeeded":
                ended.add(state["id"])
            if ended >= jobs:
                break
        events.close()
        # Who comes again hears of what ended meanwhile, and not again of what was told.
        third = self.boon.job("features")["id"]
        again = Events(self.boon, "/api/v1/jobs:stream", events.last_id)
        self.assertEqual(next(iter(again))[1]["id"], third)
        again.close()

    def test_a_job_that_is_not_there(self):
        answer = self.boon.http("GET", "/api/v1/jobs/none/stream")
        self.assertEqual(answer.status, 404)

    def test_one_caller_may_have_eight_open_and_gets_the_place_of_a_closed_one_back(self):
        # A caller of its own: the server notices that a stream of another test was closed when it next writes to it.
        key = self.boon.json("keys", "create", "streams", "--scope", "admin")["key"]
        streams = [Events(self.boon, "/api/v1/jobs:stream", key=key) for _ in range(8)]
        self.assertEqual({stream.answer.status for stream in streams}, {200})
        refused = self.boon.http("GET", "/api/v1/jobs:stream", key=key)
        self.assertEqual((refused.status, refused.json["detail"]), (429, "you have 8 streams open already"))
        for stream in streams:
            stream.close()
        self.start()  # what is written shows the server that they have gone
        for _ in range(100):
            again = Events(self.boon, "/api/v1/jobs:stream", key=key)
            again.close()
            if again.answer.status == 200:
                break
            time.sleep(0.2)
        self.assertEqual(again.answer.status, 200)

    def test_the_server_ends_while_streams_are_open(self):
        boon = Instance()
        try:
            boon.init()
            boon.serve()
            streams = [Events(boon, "/api/v1/jobs:stream") for _ in range(4)]
            began = time.monotonic()
            self.assertEqual(boon.stop(), 0)
            self.assertLess(time.monotonic() - began, 8)
            for stream in streams:
                self.assertEqual(list(stream), [])
        finally:
            boon.close()


if __name__ == "__main__":
    unittest.main()
