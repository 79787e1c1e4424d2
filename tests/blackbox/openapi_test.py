"""The committed OpenAPI document is the one that the binary serves."""
import json
import pathlib
import unittest

from instance import instance

COMMITTED = pathlib.Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


class OpenApi(unittest.TestCase):
    def test_the_committed_document_is_current(self):
        with instance() as boon:
            printed = boon.run("openapi")[1]
        self.assertEqual(printed, COMMITTED.read_text(), "run: build/dev/bin/boon openapi > docs/openapi.json")

    def test_every_reference_resolves_and_every_operation_is_named_once(self):
        document = json.loads(COMMITTED.read_text())
        schemas = document["components"]["schemas"]

        def references(node):
            if isinstance(node, dict):
                if "$ref" in node:
                    yield node["$ref"].removeprefix("#/components/schemas/")
                for value in node.values():
                    yield from references(value)
            elif isinstance(node, list):
                for value in node:
                    yield from references(value)

        for name in references(document):
            self.assertIn(name, schemas)
        ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
        self.assertEqual(len(ids), len(set(ids)))


if __name__ == "__main__":
    unittest.main()
