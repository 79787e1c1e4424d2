"""TMF620 v4 as its specification and its conformance kit see it: over HTTP, every answer against the definitions."""
import json
import unittest
import urllib.parse

from tmf620 import BASE, PROFILE, Tmf620Server

UNKNOWN = "4c0edace-c19b-4c07-a7c4-0dd2fd046288"
PERIOD = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2036-01-01T00:00:00Z"}

# A minimal and a full body of each.
ENTITIES = {
    "catalog": ({"name": "Wholesale"}, {
        "name": "Retail", "description": "For people", "catalogType": "ProductCatalog", "lifecycleStatus": "Active",
        "version": "1.1", "validFor": PERIOD, "category": [{"id": "12", "href": "https://x/12", "name": "Cloud"}],
        "relatedParty": [{"id": "1", "name": "ACME", "role": "Owner"}], "@schemaLocation": "https://x/s.json",
    }),
    "category": ({"name": "Cloud"}, {
        "name": "Storage", "description": "Disks", "isRoot": False, "parentId": "1", "lifecycleStatus": "Active",
        "version": "2.0", "validFor": PERIOD, "subCategory": [{"id": "3", "name": "SSD"}],
        "productOffering": [{"id": "4", "name": "TB"}],
    }),
    "productSpecification": ({"name": "Firewall"}, {
        "name": "Firewall 2", "brand": "ACME", "productNumber": "CSC-340", "description": "Keeps out", "isBundle": True,
        "lifecycleStatus": "Active", "version": "1.0", "validFor": PERIOD,
        "productSpecCharacteristic": [{
            "name": "Throughput", "configurable": True, "valueType": "number", "minCardinality": 1,
            "productSpecCharacteristicValue": [{"value": 10, "isDefault": True, "valueFrom": "0"}],
        }],
        "attachment": [{"id": "22", "url": "https://x/sheet.pdf", "size": {"amount": 1, "units": "MB"}}],
    }),
    "productOfferingPrice": ({"name": "Monthly", "isBundle": False, "priceType": "recurring"}, {
        "name": "Bundle of prices", "isBundle": True, "description": "Both", "lifecycleStatus": "Active",
        "price": {"unit": "EUR", "value": 59.9}, "recurringChargePeriodType": "month",
        "recurringChargePeriodLength": "1", "validFor": PERIOD, "percentage": 0,
        "bundledPopRelationship": [{"id": "1", "name": "a"}], "tax": [{"taxCategory": "VAT", "taxRate": 20}],
    }),
    "productOffering": ({"name": "Firewall Plus"}, {
        "name": "Firewall Pro", "description": "For business", "isBundle": False, "isSellable": True,
        "lifecycleStatus": "Active", "version": "1.0", "validFor": PERIOD, "statusReason": "Released",
        "productSpecification": {"id": "13", "href": "https://x/13", "name": "Firewall"},
        "category": [{"id": "5980", "name": "Security", "version": "2.0"}],
        "channel": [{"id": "1", "name": "Online"}], "marketSegment": [{"id": "2", "name": "Business"}],
        "place": [{"id": "9", "name": "Europe"}], "productOfferingTerm": [{"name": "12 months"}],
        "productOfferingPrice": [{
            "name": "Monthly", "priceType": "recurring",
            "price": {"taxIncludedAmount": {"unit": "EUR", "value": 29.9}},
        }],
        "prodSpecCharValueUse": [{"name": "Throughput", "productSpecCharacteristicValue": [{"value": "10 Gbps"}]}],
    }),
}


class Kit(Tmf620Server):
    """The walk of TM Forum's conformance kit, for every resource of the catalogue."""

    def test_minimal_and_full_bodies_are_created_and_come_back(self):
        for path, (minimal, full) in ENTITIES.items():
            for body in (minimal, full):
                with self.subTest(path=path, name=body["name"]):
                    answer = self.http("POST", path, body)
                    self.assertEqual(answer.status, 201, answer.body)
                    made = answer.json
                    self.assert_is(path, made)
                    self.assertEqual(answer.headers["Location"], made["href"])
                    self.assertEqual(made["href"], f"{BASE}/{path}/{made['id']}")
                    self.assertEqual(made["@type"], PROFILE[path][0])
                    kept = self.http("GET", f"{path}/{made['id']}")
                    self.assertEqual((kept.status, kept.json), (200, made))
                    for name, value in body.items():
                        if name not in ("relatedParty", "productSpecCharacteristic", "recurringChargePeriodLength"):
                            self.assertEqual(made[name], value, name)
        self.assertEqual(made["productSpecification"]["id"], "13")

    def test_lists_are_bare_and_every_item_is_whole(self):
        for path, (minimal, _) in ENTITIES.items():
            with self.subTest(path=path):
                first, second = self.make(path, minimal), self.make(path, minimal)
                answer = self.http("GET", path, headers={"Content-Type": "application/json"})
                self.assertEqual(answer.status, 200)
                self.assertIsInstance(answer.json, list)
                for item in answer.json:
                    self.assert_is(path, item)
                for made in (first, second):
                    self.assertIn(made, answer.json)
                self.assertEqual(answer.headers["X-Total-Count"], str(len(answer.json)))
                self.assertEqual(answer.headers["X-Result-Count"], str(len(answer.json)))

    def test_each_mandatory_attribute_filters_by_equality(self):
        for path, (minimal, _) in ENTITIES.items():
            wanted = PROFILE[path][1]
            made = self.make(path, {**minimal, "name": f"Only {path}, one"})
            self.make(path, {**minimal, "name": "Another"})
            for name in ["id", *(name for name in wanted if name != "productSpecification")]:
                with self.subTest(path=path, attribute=name):
                    value = made[name] if isinstance(made[name], str) else json.dumps(made[name])
                    answer = self.http("GET", f"{path}?{name}={urllib.parse.quote(value)}")
                    self.assertEqual(answer.status, 200)
                    self.assertIn(made, answer.json)
                    for item in answer.json:
                        self.assert_is(path, item)
                        self.assertEqual(item[name], made[name])
                    if name in ("id", "name"):
                        self.assertEqual(answer.json, [made])
                        self.assertEqual(answer.headers["X-Total-Count"], "1")
        self.assertEqual(self.http("GET", "catalog?name=nobody").json, [])
        self.assertEqual(self.http("GET", "catalog?nonsense=1").json, [])

    def test_parts_of_attributes_filter_too(self):
        made = self.make("productOffering", {"name": "Parts", "category": [{"id": "a"}, {"id": "b", "name": "B"}]})
        self.assertEqual(self.http("GET", "productOffering?category.id=b").json, [made])
        self.assertEqual(self.http("GET", "productOffering?category.id=x,b&name=Parts").json, [made])
        self.assertEqual(self.http("GET", "productOffering?category.id=b&name=Other").json, [])

    def test_fields_choose_and_identity_stays(self):
        for path, (minimal, _) in ENTITIES.items():
            wanted = PROFILE[path][1]
            made = self.make(path, minimal)
            for name in ["id", "href", *wanted]:
                with self.subTest(path=path, field=name):
                    one = self.http("GET", f"{path}/{made['id']}?fields={name}")
                    self.assertEqual(one.status, 200)
                    self.assertEqual(set(one.json), {"id", "href", "@type", name})
                    for item in self.http("GET", f"{path}?fields={name}").json:
                        self.assertEqual(set(item), {"id", "href", "@type", name})

    def test_an_unknown_id_is_404_whatever_is_asked(self):
        for path in [*ENTITIES, "importJob", "exportJob"]:
            for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
                if method == "PATCH" and path not in ENTITIES:
                    continue
                with self.subTest(path=path, method=method):
                    self.assertEqual(self.http(method, f"{path}/{UNKNOWN}", body).status, 404)
        self.assertEqual(self.http("DELETE", f"hub/{UNKNOWN}").status, 404)
        self.assertEqual(self.http("GET", "nothing").status, 404)
        self.assertEqual(self.http("PUT", "catalog", {}).status, 405)

    def test_patch_changes_what_it_names_and_delete_is_once(self):
        for path, (_, full) in ENTITIES.items():
            with self.subTest(path=path):
                made = self.make(path, full)
                one = f"{path}/{made['id']}"
                answer = self.http("PATCH", one, {"name": "Renamed", "description": None, "lastUpdate": "2000-01-01"})
                self.assertEqual(answer.status, 200, answer.body)
                self.assert_is(path, answer.json)
                expected = {**made, "name": "Renamed", "lastUpdate": answer.json["lastUpdate"]}
                expected.pop("description", None)
                self.assertEqual(answer.json, expected)
                self.assertNotEqual(answer.json["lastUpdate"], made["lastUpdate"])
                self.assertEqual(self.http("GET", one).json, answer.json)
                same = self.http("PATCH", one, {"name": "Renamed"})
                self.assertEqual((same.status, same.json), (200, answer.json))
                self.assertEqual(self.http("PATCH", one, {"id": "other"}).status, 400)
                gone = self.http("DELETE", one)
                self.assertEqual((gone.status, gone.body), (204, b""))
                self.assertEqual(self.http("GET", one).status, 404)
                self.assertEqual(self.http("DELETE", one).status, 404)
                self.assertNotIn(made["id"], self.ids(path))

    def test_an_etag_that_is_out_of_date_changes_nothing(self):
        for path in ENTITIES:
            with self.subTest(path=path):
                made = self.http("POST", path, {"name": "Tagged"})
                one, first = f"{path}/{made.json['id']}", made.headers["ETag"]
                self.assertEqual(self.http("GET", one).headers["ETag"], first)
                changed = self.http("PATCH", one, {"name": "Again"}, headers={"If-Match": first})
                self.assertEqual(changed.status, 200, changed.body)
                stale = self.http("PATCH", one, {"name": "Lost"}, headers={"If-Match": first})
                self.assertEqual((stale.status, stale.json["status"]), (412, "412"))
                self.assertIn("was changed since it was read", stale.json["message"])
                for given in (f'{first}, {changed.headers["ETag"]}', "*"):
                    told = self.http("PATCH", one, {"description": given}, headers={"If-Match": given})
                    self.assertEqual((told.status, told.json["name"]), (200, "Again"))
                self.assertEqual(self.http("DELETE", one, headers={"If-Match": first}).status, 412)
                now = self.http("GET", f"{one}?fields=name").headers["ETag"]
                self.assertEqual(self.http("DELETE", one, headers={"If-Match": now}).status, 204)
                self.assertEqual(self.http("DELETE", one, headers={"If-Match": now}).status, 404)

    def test_pages(self):
        for index in range(5):
            self.make("category", {"name": "Paged", "description": str(index)})
        whole = self.http("GET", "category?name=Paged").json
        self.assertEqual([item["description"] for item in whole], list("01234"))
        for query, items, status in (
            ("offset=1&limit=2", whole[1:3], 206), ("limit=2", whole[:2], 206), ("offset=3", whole[3:], 206),
            ("limit=5", whole, 200), ("limit=0", [], 206), ("offset=9&limit=2", [], 206),
        ):
            with self.subTest(query=query):
                answer = self.http("GET", f"category?name=Paged&{query}")
                self.assertEqual((answer.status, answer.json), (status, items))
                self.assertEqual(answer.headers["X-Total-Count"], "5")
                self.assertEqual(answer.headers["X-Result-Count"], str(len(items)))
        for bad in ("offset=-1", "limit=x", "limit=", "sort=name"):
            self.assertEqual(self.http("GET", f"category?{bad}").status, 400, bad)

    def test_what_is_evident_is_understood_and_what_is_wrong_is_named(self):
        made = self.make("productSpecification", {
            "name": 42, "isBundle": "false", "version": 1.5, "validFor": {"startDateTime": "2026-03-01"},
            "relatedParty": {"href": "https://x/party/77"}, "brand": None, "extra": {"any": [1]},
        })
        self.assertEqual((made["name"], made["isBundle"], made["version"]), ("42", False, "1.5"))
        self.assertEqual(made["validFor"], {"startDateTime": "2026-03-01T00:00:00Z"})
        self.assertEqual(made["relatedParty"][0]["id"], "77")
        self.assertNotIn("brand", made)
        self.assertEqual(made["extra"], {"any": [1]})
        for path, body, place in (
            ("catalog", {}, "/name"), ("catalog", {"name": ""}, "/name"), ("catalog", [], "no Catalog"),
            ("category", {"name": "x", "isRoot": "maybe"}, "/isRoot"), ("catalog", {"name": ["x"]}, "/name"),
            ("catalog", {"name": "x", "validFor": {"startDateTime": "soon"}}, "/validFor/startDateTime"),
            ("catalog", {"name": "x", "category": [{"version": "1"}]}, "/category/0/id"),
            ("productOffering", {"name": "x" * 256}, "/name"),
            ("productOffering", {"name": "x", "validFor": {**PERIOD, "endDateTime": "2025-01-01"}}, "/validFor"),
            ("importJob", {}, "/url"), ("exportJob", {"url": "data:", "contentType": "text/csv"}, "/contentType"),
            ("hub", {}, "/callback"),
        ):
            with self.subTest(path=path, body=body):
                answer = self.http("POST", path, body)
                self.assertEqual(answer.status, 400, answer.body)
                self.assertIn(place, answer.json["message"])
        self.assertEqual(self.http("POST", "catalog", b"{not json").status, 400)

    def test_who_may(self):
        reader = self.boon.http("POST", "/api/v1/keys", {"name": "kit", "scopes": ["read"]}).json["key"]
        self.assertEqual(self.http("GET", "catalog", key=reader).status, 200)
        self.assertEqual(self.http("POST", "catalog", {"name": "x"}, key=reader).status, 403)
        nobody = self.http("GET", "catalog", key="")
        self.assertEqual((nobody.status, nobody.headers["WWW-Authenticate"]), (401, "Bearer"))

    def test_a_request_that_is_sent_again_gets_the_first_answer(self):
        key = {"Idempotency-Key": f"once-{type(self).__name__}"}
        first = self.http("POST", "productOffering", {"name": "Once"}, headers=key)
        again = self.http("POST", "productOffering", {"name": "Once"}, headers=key)
        self.assertEqual((first.status, again.status, again.body), (201, 201, first.body))
        self.assertEqual(again.headers["Location"], first.json["href"])
        self.assertEqual(self.http("GET", "productOffering?name=Once").json, [first.json])
        self.assertEqual(self.http("POST", "productOffering", {"name": "Other"}, headers=key).status, 409)
        self.assertEqual(self.http("POST", "catalog", {}, headers={"Idempotency-Key": "x"}).status, 400)


class KitOnPostgres(Kit):
    on_postgres = True


if __name__ == "__main__":
    unittest.main()
