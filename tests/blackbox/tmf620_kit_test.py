"""The walk of TM Forum's own conformance kit for TMF620 (CTK-TMF620-ProductCatalog 4.0.0), step by step in its order.

The kit is a Postman collection. Per resource it creates one, lists all, reads the one, chooses each mandatory
attribute by `fields` (and expects nothing of the answer), filters by the equality of each, for two of the three
renames and deletes it, and asks for an id that there is not. Of everything that any of these lists holds, made by whom
it may be, it expects what `Walk.expect` says. So the walk goes over an empty catalogue, and over one with offers from
every door.
"""
import contextlib
import json
import unittest
import urllib.parse
import uuid

from instance import instance
from postgres import postgres
from tmf620 import BASE

COMMON = ("href", "id", "lastUpdate", "lifecycleStatus", "name")


class Resource:
    """What the kit sends, and what it wants of a resource beyond COMMON."""

    def __init__(self, path, body, texts=(), parts=None, single=None, renamed=None):
        self.path, self.body, self.renamed = path, body, renamed
        self.texts = (*COMMON, *texts)  # attributes that must be text
        self.parts = parts              # attribute that a bundle must have
        self.single = single            # attribute that must be an object where there is no bundle


# The bodies that the kit has when its own are not replaced.
RESOURCES = (
    Resource("productSpecification", {"name": "Cisco Firepower NGFW"}, parts="bundledProductSpecification"),
    Resource(
        "productOffering",
        {
            "name": "aProductOffering",
            "productSpecification": {
                "id": "9881", "version": "1.1", "name": "Robotics999", "@referredType": "DeviceSpecification",
                "href": "https://mycsp.com:8080/tmf-api/productCatalogManagement/v4/productSpecification/9881",
            },
        },
        parts="bundledProductOffering", single="productSpecification", renamed="anotherProductOffering",
    ),
    Resource(
        "productOfferingPrice",
        {"name": "Recurring Charge for Business Firewall", "isBundle": False, "priceType": "recurring"},
        texts=("priceType",), parts="bundledPopRelationship", renamed="Renamed",
    ),
)


class Walk:
    """One walk over a server, with a key of its own."""

    def __init__(self, test, boon):
        self.test, self.boon = test, boon
        self.key = boon.http("POST", "/api/v1/keys", {"name": "ctk", "scopes": ["read", "write"]}).json["key"]

    def ask(self, method, path, body=None):
        return self.boon.http(
            method, f"{BASE}/{path}", body, key=self.key,
            headers={"Accept": "application/json", "Content-Type": "application/json"},
        )

    def expect(self, resource, found, text):
        self.test.assertIsInstance(found, dict)
        for name in resource.texts:
            self.test.assertIsInstance(found.get(name), str, f"{resource.path} {name} of {found}")
            # The kit looks for the value in the answer as it is written; what JSON escapes is not to be found there.
            self.test.assertIn(json.dumps(found[name], ensure_ascii=False)[1:-1], text)
        is_bundle = found.get("isBundle", False)
        self.test.assertIsInstance(is_bundle, bool)
        if is_bundle and resource.parts:
            self.test.assertIsInstance(found.get(resource.parts), list, found)
        if not is_bundle and resource.single:
            self.test.assertIsInstance(found.get(resource.single), dict, found)

    def expect_list(self, resource, answer):
        """A list is whole, is 200, and has everything of each; an empty one is a failure."""
        self.test.assertEqual(answer.status, 200, answer.body)
        self.test.assertGreater(len(answer.json), 0)
        text = answer.body.decode()
        for found in answer.json:
            self.expect(resource, found, text)
        return answer.json

    def filters(self, resource, made):
        for name in resource.texts:
            self.test.assertEqual(self.ask("GET", f"{resource.path}?fields={name}").status, 200)
            if name == "href":
                continue  # is chosen, but not filtered by
            # As Postman sends a value: only what no URL may hold is encoded.
            value = urllib.parse.quote(made[name], safe=":+,/;@")
            found = self.expect_list(resource, self.ask("GET", f"{resource.path}?{name}={value}"))
            self.test.assertIn(made, found)
            for item in found:
                self.test.assertEqual(item[name], made[name])

    def rename_and_delete(self, resource, one):
        renamed = self.ask("PATCH", one, {"name": resource.renamed})
        self.test.assertEqual((renamed.status, renamed.json["name"]), (200, resource.renamed))
        self.test.assertEqual(self.ask("DELETE", one).status, 204)
        self.test.assertEqual(self.ask("GET", one).status, 404)

    def take(self, resource):
        answer = self.ask("POST", resource.path, resource.body)
        self.test.assertEqual(answer.status, 201, answer.body)
        made = answer.json
        self.expect(resource, made, answer.body.decode())
        self.test.assertIn(made, self.expect_list(resource, self.ask("GET", resource.path)))
        one = f"{resource.path}/{made['id']}"
        self.test.assertEqual(self.ask("GET", one).json, made)
        self.filters(resource, made)
        if resource.renamed:
            self.rename_and_delete(resource, one)
        self.test.assertEqual(self.ask("GET", f"{resource.path}/{uuid.uuid4()}").status, 404)

    def whole(self):
        for resource in RESOURCES:
            with self.test.subTest(resource=resource.path):
                self.take(resource)


def fill(boon):
    """Offers of every door and in every state, and resources that only just have what is mandatory."""
    boon.run("import", "offers", "--defaults")
    (boon.home / "sync").mkdir()
    rows = [{"id": f"x{i}", "name": f"From a source {i}", "price": "2.50", "category": "points"} for i in range(30)]
    (boon.home / "sync" / "shop.json").write_text(json.dumps(rows))
    boon.run("sync", "add", "shop", "--kind", "file", "--url", "shop.json")
    boon.run("sync", "run", "shop")
    (boon.home / "sync" / "shop.json").write_text(json.dumps(rows[:28]))
    boon.run("sync", "run", "shop", "--full")  # two are withdrawn
    boon.serve()
    offers = [
        {"name": "Crème “brûlée” \u05e9\u05dc\u05d5\u05dd \U0001F381", "description": "line\nbreak"},
        {"name": "Doubly \"quoted\" \\ back", "tags": ["a"], "channels": ["app"]},
        {"name": "  =1+1 & <b>?#%, ", "status": "draft"},
        {"name": "Priced", "price": 19.9, "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2036-01-01T00:00:00Z"},
    ]
    for offer in offers:
        made = boon.http("POST", "/api/v1/offers", offer)
        assert made.status == 201, made.body
        last = made.json["offer_id"]
    for deed in ("pause", "retire"):
        answer = boon.http("POST", f"/api/v1/offers/{last}:{deed}")
        assert answer.status == 200, answer.body
    bodies = [
        ("productSpecification", {"name": "A bundle", "isBundle": True}),
        ("productSpecification", {"name": "A state of its own", "lifecycleStatus": "Launched & sold, mostly"}),
        ("productOffering", {"name": "A bundle", "isBundle": True}),
        ("productOffering", {"name": "Another", "isBundle": "false", "lifecycleStatus": "Active"}),
        ("productOfferingPrice", {"name": "A bundle", "isBundle": True}),
        ("productOfferingPrice", {"name": "Monthly", "recurringChargePeriodType": "month"}),
        ("productOfferingPrice", {"name": "Nothing said"}),
        ("productOfferingPrice", {"name": "Null said", "priceType": None, "lifecycleStatus": None, "isBundle": None}),
    ]
    for path, body in bodies:
        made = boon.http("POST", f"{BASE}/{path}", body)
        assert made.status == 201, made.body


class Kit(unittest.TestCase):
    database = staticmethod(contextlib.nullcontext)

    def started(self, boon, url):
        if url:
            boon.environment["BOON_DATABASE_URL"] = url
        boon.init()

    def walk(self, boon):
        walk = Walk(self, boon)
        walk.whole()
        return walk

    def test_an_empty_catalogue_then_once_more(self):
        with self.database() as url, instance() as boon:
            self.started(boon, url)
            boon.serve()
            self.walk(boon)
            self.walk(boon)

    def test_a_filled_catalogue_at_a_public_address(self):
        with self.database() as url, instance() as boon:
            self.started(boon, url)
            boon.environment["BOON_HTTP_PUBLIC_URL"] = "https://boon.example:8443"
            fill(boon)
            walk = self.walk(boon)
            found = walk.ask("GET", "productOffering").json
            self.assertEqual(len(found), 8 + 30 + 4 + 2)
            self.assertEqual({item["lifecycleStatus"] for item in found}, {"Active", "In study", "Retired"})
            for item in found:
                self.assertEqual(item["href"], f"https://boon.example:8443{BASE}/productOffering/{item['id']}")


class KitOnPostgres(Kit):
    database = staticmethod(postgres)


if __name__ == "__main__":
    unittest.main()
