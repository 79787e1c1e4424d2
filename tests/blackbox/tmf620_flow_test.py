"""TMF620 and the rest of boon: offers are offerings, listeners hear, files go in and out, a restart keeps all."""
import base64
import json
import pathlib
import socket
import time
import unittest

from tmf620 import BASE, DEFINITIONS, Files, Listener, Tmf620Server, mistakes, signature


def lower_names(headers):
    return {name.lower(): value for name, value in headers.items()}


class Offers(Tmf620Server):
    def offer(self, offering):
        return self.boon.http("GET", f"/api/v1/offers/{offering['id']}").json

    def test_an_offer_made_elsewhere_is_an_offering(self):
        offer = self.boon.http("POST", "/api/v1/offers", {
            "name": "Double points", "description": "All weekend", "category": "points", "channels": ["app", "web"],
            "valid_from": "2026-03-01T00:00:00Z", "price": 9.5, "status": "draft",
        }).json
        offering = self.http("GET", f"productOffering/{offer['offer_id']}").json
        self.assert_is("productOffering", offering)
        self.assertEqual(offering["name"], "Double points")
        self.assertEqual(offering["description"], "All weekend")
        self.assertEqual(offering["lifecycleStatus"], "In study")
        self.assertEqual(offering["category"], [{"id": "points", "name": "points", "@referredType": "Category"}])
        self.assertEqual([channel["name"] for channel in offering["channel"]], ["app", "web"])
        self.assertEqual(offering["validFor"], {"startDateTime": "2026-03-01T00:00:00Z"})
        self.assertEqual(
            offering["productOfferingPrice"][0]["price"]["taxIncludedAmount"], {"unit": "USD", "value": 9.5}
        )
        self.assertEqual(offering["lastUpdate"], offer["updated_at"])
        self.assertIn(offering["id"], self.ids("productOffering"))
        specification = self.http("GET", f"productSpecification/{offering['productSpecification']['id']}")
        self.assert_is("productSpecification", specification.json)

    def test_an_offering_is_an_offer(self):
        offering = self.make("productOffering", {
            "name": "Roaming", "description": "A week", "lifecycleStatus": "Launched", "isSellable": False,
            "validFor": {"startDateTime": "2026-01-01T02:00:00+02:00", "endDateTime": "2026-02-01T00:00:00Z"},
            "category": [{"id": "12", "name": "travel"}, {"id": "13", "name": "summer"}],
            "channel": [{"id": "app"}], "place": [{"id": "EU"}],
            "productOfferingPrice": {"price": {"taxIncludedAmount": {"unit": "USD", "value": 4.99}}},
        })
        self.assertEqual(offering["lifecycleStatus"], "Launched")
        self.assertEqual(offering["place"], [{"id": "EU"}])
        offer = self.offer(offering)
        expected = {
            "name": "Roaming", "description": "A week", "status": "live", "is_active": False, "category": "travel",
            "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2026-02-01T00:00:00Z", "channels": ["app"],
            "price": 4.99, "external_system": "tmf",
        }
        self.assertEqual({name: offer[name] for name in expected}, expected)
        # Whatever is no part of the offer changes the offering only.
        version = offer["version"]
        changed = self.http("PATCH", f"productOffering/{offering['id']}", {"statusReason": "season"}).json
        self.assertEqual((changed["statusReason"], self.offer(offering)["version"]), ("season", version))
        self.http("PATCH", f"productOffering/{offering['id']}", {"lifecycleStatus": "Suspended", "isSellable": True})
        self.assertEqual((self.offer(offering)["status"], self.offer(offering)["is_active"]), ("paused", True))

    def test_what_is_changed_elsewhere_shows_and_the_rest_stays(self):
        offering = self.make("productOffering", {
            "name": "A", "lifecycleStatus": "Active", "place": [{"id": "EU"}], "category": [{"id": "1", "name": "c"}],
        })
        path = f"/api/v1/offers/{offering['id']}"
        etag = self.boon.http("GET", path).headers["ETag"]
        patched = self.boon.http("PATCH", path, {"name": "B", "category": "d"}, headers={"If-Match": etag})
        self.assertEqual(patched.status, 200, patched.body)
        self.assertEqual(self.boon.http("POST", path + ":pause").status, 200)
        now = self.http("GET", f"productOffering/{offering['id']}").json
        self.assertEqual((now["name"], now["lifecycleStatus"], now["place"]), ("B", "Suspended", [{"id": "EU"}]))
        self.assertEqual(now["category"], [{"id": "d", "name": "d", "@referredType": "Category"}])
        self.assertNotEqual(now["lastUpdate"], offering["lastUpdate"])

    def test_a_price_by_reference_is_the_offers_price(self):
        price = self.make("productOfferingPrice", {"name": "P", "price": {"unit": "USD", "value": 12.5}})
        other = self.make("productOfferingPrice", {"name": "Q", "price": {"unit": "CHF", "value": 1}})
        by_reference = self.make("productOffering", {"name": "R", "productOfferingPrice": [{"id": price["id"]}]})
        foreign = self.make("productOffering", {"name": "S", "productOfferingPrice": [{"id": other["id"]}]})
        self.assertEqual(self.offer(by_reference)["price"], 12.5)
        self.assertIsNone(self.offer(foreign)["price"])
        self.assertEqual(foreign["productOfferingPrice"], [{"id": other["id"]}])

    def test_a_deleted_offering_is_a_retired_offer(self):
        offering = self.make("productOffering", {"name": "Short", "lifecycleStatus": "Active"})
        self.assertEqual(self.http("DELETE", f"productOffering/{offering['id']}").status, 204)
        self.assertEqual(self.http("GET", f"productOffering/{offering['id']}").status, 404)
        self.assertEqual(self.offer(offering)["status"], "retired")
        # One that is retired is still there, and does not change.
        retired = self.make("productOffering", {"name": "Old", "lifecycleStatus": "Active"})
        self.http("PATCH", f"productOffering/{retired['id']}", {"lifecycleStatus": "Retired"})
        self.assertEqual(self.http("GET", f"productOffering/{retired['id']}").json["lifecycleStatus"], "Retired")
        self.assertEqual(self.http("PATCH", f"productOffering/{retired['id']}", {"name": "New"}).status, 409)
        self.assertEqual(self.http("DELETE", f"productOffering/{retired['id']}").status, 204)
        self.assertEqual(self.http("DELETE", "productSpecification/boon-offer").status, 409)


class Notifications(Tmf620Server):
    def setUp(self):
        self.listener = Listener()
        self.addCleanup(self.listener.close)

    def subscribe(self, query=None, listener=None):
        wanted = {"callback": (listener or self.listener).url, **({"query": query} if query else {})}
        made = self.http("POST", "hub", wanted)
        self.assertEqual(made.status, 201, made.body)
        self.assertEqual(mistakes(made.json, DEFINITIONS["EventSubscription"]), [])
        self.assertEqual(made.json, {"id": made.json["id"], **wanted})
        self.assertEqual(made.headers["Location"], f"{BASE}/hub/{made.json['id']}")
        self.addCleanup(self.http, "DELETE", f"hub/{made.json['id']}")
        return made.json["id"]

    def test_every_change_of_every_resource_is_told(self):
        self.subscribe()
        types = []
        for path in ("catalog", "category", "productSpecification", "productOfferingPrice", "productOffering"):
            made = self.make(path, {"name": "Told", "lifecycleStatus": "In design"})
            one = f"{path}/{made['id']}"
            self.http("PATCH", one, {"description": "more"})
            self.http("PATCH", one, {"description": "more"})  # says nothing new
            changed = self.http("PATCH", one, {"lifecycleStatus": "Active"}).json
            self.http("DELETE", one)
            name = path[0].upper() + path[1:]
            types += [f"{name}{what}Event" for what in ("Create", "AttributeValueChange", "StateChange", "Delete")]
        events = {event["eventType"]: event for event in self.listener.wait_for(len(types))}
        self.assertEqual(sorted(events), sorted(types))
        self.assertEqual(len(self.listener.heard), len(types))
        for kind, event in events.items():
            self.assertEqual(mistakes(event, DEFINITIONS[kind]), [], event)
            self.assertEqual(len(event["event"]), 1)
        self.assertEqual(events["ProductOfferingStateChangeEvent"]["event"], {"productOffering": changed})
        self.assertEqual(len({event["eventId"] for event in events.values()}), len(types))

    def test_notifications_are_signed_and_go_where_was_asked(self):
        hub = self.subscribe()
        self.make("catalog", {"name": "Signed"})
        self.listener.wait_for(1)
        path, headers, body = self.listener.heard[0]
        headers = lower_names(headers)
        self.assertEqual(path, "/listener?for=boon")
        self.assertEqual(headers["content-type"], "application/json")
        secret = self.boon.http("GET", f"/api/v1/webhooks/{hub}/secret").json["secret"]
        self.assertEqual(headers["webhook-signature"], signature(secret, headers, body))
        self.assertLess(abs(int(headers["webhook-timestamp"]) - time.time()), 60)
        database = (self.boon.home / "boon.db").read_bytes()
        self.assertNotIn(secret.removeprefix("whsec_").encode(), database)

    def test_a_new_secret_signs_beside_the_old_one_and_is_logged_nowhere(self):
        hub = self.subscribe()
        webhook = f"/api/v1/webhooks/{hub}"
        old = self.boon.http("GET", webhook + "/secret").json["secret"]
        new = self.boon.http("POST", webhook + ":rotate").json["secret"]
        self.assertNotEqual(old, new)
        self.assertEqual(self.boon.http("GET", webhook + "/secret").json["secret"], new)
        self.make("catalog", {"name": "Rotated"})
        self.listener.wait_for(1)
        _, headers, body = self.listener.heard[0]
        headers = lower_names(headers)
        both = f"{signature(new, headers, body)} {signature(old, headers, body)}"
        self.assertEqual(headers["webhook-signature"], both)
        audit = self.boon.http("GET", "/api/v1/audit?limit=500")
        deeds = [(entry["what"], entry["target"]) for entry in audit.json["items"]]
        self.assertIn(("webhooks.rotate", f"webhooks/{hub}"), deeds)
        self.assertIn(("tmf620.hub.create", f"tmf620/hub/{hub}"), deeds)
        self.assertNotIn(b"whsec_", audit.body)

    def test_a_listener_hears_what_it_asked_for(self):
        self.subscribe("eventType=CategoryCreateEvent,CatalogDeleteEvent")
        self.make("catalog", {"name": "x"})
        kept = self.make("category", {"name": "y"})
        self.assertEqual(self.listener.wait_for(1)[0]["event"]["category"], kept)
        named = Listener()
        self.addCleanup(named.close)
        self.subscribe("event.catalog.name=wanted", named)
        for name in ("other", "wanted"):
            self.make("catalog", {"name": name})
        self.assertEqual([event["event"]["catalog"]["name"] for event in named.wait_for(1)], ["wanted"])
        self.assertEqual(self.http("POST", "hub", {"callback": named.url, "query": "colour=red"}).status, 400)
        self.assertEqual(self.http("POST", "hub", {"callback": "ftp://example.org/"}).status, 403)

    def test_offers_changed_elsewhere_are_told_too(self):
        self.subscribe("eventType=ProductOfferingCreateEvent,ProductOfferingStateChangeEvent")
        offer = self.boon.http("POST", "/api/v1/offers", {"name": "From elsewhere", "status": "draft"}).json
        events = self.listener.wait_for(1)
        self.assertEqual([event["eventType"] for event in events], ["ProductOfferingCreateEvent"])
        self.assertEqual(events[0]["event"]["productOffering"]["name"], "From elsewhere")
        self.boon.http("POST", f"/api/v1/offers/{offer['offer_id']}:activate")
        events = self.listener.wait_for(2)
        self.assertEqual(events[-1]["eventType"], "ProductOfferingStateChangeEvent")
        self.assertEqual(events[-1]["event"]["productOffering"]["lifecycleStatus"], "Active")

    def test_a_listener_that_is_gone_or_unsubscribed_hears_no_more(self):
        gone = Listener(statuses=[410])
        self.addCleanup(gone.close)
        hub = self.subscribe(listener=gone)
        self.make("catalog", {"name": "first"})
        gone.wait_for(1)
        for _ in range(200):
            state = self.boon.http("GET", f"/api/v1/webhooks/{hub}").json
            if state["state"] == "gone":
                break
            time.sleep(0.05)
        self.assertEqual(state["state"], "gone")
        left = self.subscribe()
        self.assertEqual(self.http("DELETE", f"hub/{left}").status, 204)
        self.assertEqual(self.http("DELETE", f"hub/{left}").status, 404)
        self.make("catalog", {"name": "second"})
        time.sleep(0.5)
        self.assertEqual((len(gone.heard), len(self.listener.heard)), (1, 0))


class Jobs(Tmf620Server):
    def run_job(self, path, body):
        made = self.make(path, body)
        self.assertIn(made["status"], ("Not Started", "Running"))
        for _ in range(600):
            job = self.http("GET", f"{path}/{made['id']}").json
            if job["status"] in ("Succeeded", "Failed"):
                self.assert_is(path, job)
                self.assertIn("completionDate", job)
                return job
            time.sleep(0.05)
        self.fail(f"{path} did not end: {job}")

    def test_a_file_goes_out_and_comes_back(self):
        files = Files()
        self.addCleanup(files.close)
        category = self.make("category", {"name": "exported", "x-note": {"kept": True}})
        offering = self.make("productOffering", {"name": "Exported", "place": [{"id": "EU"}]})
        job = self.run_job("exportJob", {"url": f"{files.url}/all.json"})
        self.assertEqual(job["status"], "Succeeded", job)
        exported = json.loads(files.files["/all.json"])
        self.assertIn(category, exported["category"])
        self.assertIn(offering, exported["productOffering"])
        self.http("DELETE", f"category/{category['id']}")
        exported["productOffering"] = [{**offering, "name": "Imported"}, {"name": "New one"}]
        files.files["/changed.json"] = json.dumps(exported).encode()
        job = self.run_job("importJob", {"url": f"{files.url}/changed.json", "contentType": "application/json"})
        self.assertEqual(job["status"], "Succeeded", job)
        back = self.http("GET", f"category/{category['id']}").json
        self.assertEqual({**back, "lastUpdate": ""}, {**category, "lastUpdate": ""})
        self.assertEqual(self.http("GET", f"productOffering/{offering['id']}").json["name"], "Imported")
        self.assertEqual(len(self.http("GET", "productOffering?name=New%20one").json), 1)

    def test_a_data_url_holds_the_file(self):
        content = [{"@type": "Catalog", "name": "Inline", "id": "my-id"}, {"@type": "Category", "name": "Inline"}]
        url = "data:application/json;base64," + base64.b64encode(json.dumps(content).encode()).decode()
        self.assertEqual(self.run_job("importJob", {"url": url})["status"], "Succeeded")
        self.assertEqual(self.http("GET", "catalog/my-id").json["name"], "Inline")
        job = self.run_job("exportJob", {"url": "data:application/json,", "path": "category", "query": "name=Inline"})
        inside = json.loads(base64.b64decode(job["url"].split(",")[1]))
        self.assertEqual([item["name"] for item in inside], ["Inline"])

    def test_a_job_that_fails_says_why(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            dead = f"http://127.0.0.1:{unused.getsockname()[1]}/x.json"
            self.assertIn("connection refused", self.run_job("importJob", {"url": dead})["errorLog"])
        bad = 'data:application/json,[{"@type":"Catalog"},{"@type":"Spoon","name":"x"}]'
        before = self.ids("catalog")
        log = self.run_job("importJob", {"url": bad})["errorLog"]
        self.assertIn("/0: it has no name", log)
        self.assertIn("/1: is no resource of a known @type", log)
        self.assertEqual(self.ids("catalog"), before)
        log = self.run_job("importJob", {"url": "data:,not%20json"})["errorLog"]
        self.assertIn("not JSON", log)
        job = self.run_job("importJob", {"url": "data:,[]"})
        self.assertEqual(self.http("DELETE", f"importJob/{job['id']}").status, 204)
        self.assertEqual(self.http("GET", f"importJob?status=Succeeded&id={job['id']}").json, [])
        self.assertEqual(self.http("PATCH", f"importJob/{job['id']}", {}).status, 405)


class Restart(Tmf620Server):
    def test_a_restart_keeps_everything_and_sends_what_waits(self):
        listener = Listener(statuses=[500])
        self.addCleanup(listener.close)
        self.http("POST", "hub", {"callback": listener.url})
        made = {path: self.make(path, {"name": "Kept", "x": 1}) for path in ("catalog", "productOffering")}
        listener.wait_for(1)
        self.assertEqual(self.boon.stop(), 0)
        self.boon.serve()
        for path, resource in made.items():
            self.assertEqual(self.http("GET", f"{path}/{resource['id']}").json, resource)
        # What failed comes again after ten seconds, under its old id.
        listener.wait_for(3, seconds=40)
        ids = [lower_names(headers)["webhook-id"] for _, headers, _ in listener.heard]
        self.assertEqual((len(ids), len(set(ids))), (3, 2), ids)


class Definitions(unittest.TestCase):
    def test_boons_definitions_are_the_specifications(self):
        source = pathlib.Path(__file__).parents[2] / "src" / "action" / "tmf" / "tmf620.schema"
        words, own = {"s": "string", "d": "string", "b": "boolean", "i": "integer", "n": "number"}, {}
        for line in source.read_text().splitlines():
            if line.startswith("#") or not line:
                continue
            if not line.startswith(" "):
                own[name := line.split()[0]] = {}
                line = line.removeprefix(name)
            for word in line.split():
                if word == "@":
                    own[name].update({f"@{at}": ("string", False) for at in ("baseType", "schemaLocation", "type")})
                    continue
                attribute, kind = word.split(":")
                required, kind = kind.endswith("!"), kind.rstrip("!")
                inner = kind.strip("[]")
                own[name][attribute] = (("array:" if kind != inner else "") + words.get(inner, inner), required)

        def kind_of(schema):
            if schema.get("type") == "array":
                return "array:" + kind_of(schema["items"])
            kind = schema["$ref"].split("/")[-1] if "$ref" in schema else schema["type"]
            return {"Any": "*", "JobStateType": "string"}.get(kind, kind)

        for name, attributes in own.items():
            with self.subTest(definition=name):
                theirs = DEFINITIONS[name]
                required = theirs.get("required", [])
                expected = {key: (kind_of(part), key in required) for key, part in theirs["properties"].items()}
                self.assertEqual(attributes, expected)


if __name__ == "__main__":
    unittest.main()
