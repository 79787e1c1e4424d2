"""HubSpot's CRM objects, by both their paths.

List (limit, after, archived; results, paging.next.after and link):
https://developers.hubspot.com/docs/api-reference/latest/crm/objects/companies/get-companies (dated path)
https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/products/get-products (v3)
Search (filterGroups, sorts, after; total, results, paging), at most 10 000 results for a query, then 400:
https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm
429: "API usage guidelines", https://developers.hubspot.com/apps/api_guidelines
"""
import json

from catalogue import Reply, utc

TOKEN = "pat-eu1-token"
PATHS = ("/crm/v3/objects/products", "/crm/objects/2026-03/products")
STAMP = "%Y-%m-%dT%H:%M:%S.000Z"
DATA_START_MS = 1772323200000  # of catalogue.START


def problem(status, category, message):
    return Reply(status, {"status": "error", "message": message, "category": category,
                          "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf"})


def answer(request, state):
    revoked = state.faults.due("expire_access")
    if request.headers.get("Authorization") != f"Bearer {TOKEN}" or revoked:
        return problem(401, "INVALID_AUTHENTICATION", "Authentication credentials not found")
    if request.path in PATHS and request.method == "GET":
        return listing(request, state)
    if request.path.removesuffix("/search") in PATHS and request.method == "POST":
        return search(json.loads(request.body), state)
    return problem(404, "OBJECT_NOT_FOUND", "Unable to infer object type")


def render(offer):
    record = {
        "id": str(9000000000 + offer.number),
        "properties": {
            "hs_object_id": str(9000000000 + offer.number), "name": offer.name, "description": offer.description,
            "price": str(offer.price), "hs_sku": offer.id, "hs_product_type": offer.category,
            "createdate": utc(offer.created, STAMP), "hs_lastmodifieddate": utc(offer.modified, STAMP),
        },
        "createdAt": utc(offer.created, STAMP), "updatedAt": utc(offer.modified, STAMP), "archived": offer.deleted,
        "url": f"https://app.hubspot.com/contacts/1/record/0-7/{9000000000 + offer.number}",
    }
    if offer.deleted:
        record["archivedAt"] = utc(offer.modified, STAMP)
    return record


def paging(after, request_path):
    return {"paging": {"next": {"after": after, "link": f"https://api.hubapi.com{request_path}?after={after}"}}}


def listing(request, state):
    state.faults.next_page()
    archived = request.query.get("archived", "false") == "true"
    offers = [offer for offer in state.catalogue.offers.values() if offer.deleted == archived]
    start = state.cursors.get(request.query.get("after"), 0)
    if state.faults.standing("same_page"):
        start = 0
    limit = min(int(request.query.get("limit", 10)), state.setting("page_cap", 100))
    if state.faults.due("short_page"):
        limit = max(limit // 2, 1)
    if change := state.faults.due("change"):
        state.catalogue.change(change["id"], **change["fields"])
    rows = [render(offer) for offer in offers[start:start + limit]]
    body = {"results": rows}
    if start + limit < len(offers):
        stuck = state.faults.standing("stuck_cursor")
        body |= paging(request.query.get("after", "c0") if stuck else state.new_cursor(start + limit), request.path)
    return Reply(200, body, page=True)


def matches(offer, group):
    """By the two properties that boon filters by."""
    values = {"hs_lastmodifieddate": DATA_START_MS + 1000 * offer.modified, "hs_object_id": 9000000000 + offer.number}
    compare = {"GTE": lambda a, b: a >= b, "GT": lambda a, b: a > b, "LT": lambda a, b: a < b}
    return all(compare[f["operator"]](values[f["propertyName"]], int(f["value"])) for f in group["filters"])


def search(query, state):
    state.faults.next_page()
    window = state.setting("search_window", 10000)
    start, limit = int(query.get("after") or 0), min(query.get("limit", 10), 200)
    if start + limit > window:
        return problem(400, "VALIDATION_ERROR", f"The maximum number of results is {window}")
    found = [offer for offer in state.catalogue.live()
             if any(matches(offer, group) for group in query["filterGroups"])]
    assert query["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}], query["sorts"]
    rows = [render(offer) for offer in found[start:start + limit]]
    body = {"total": len(found), "results": rows}
    if start + limit < len(found):
        body |= paging(str(start + limit), "/search")
    return Reply(200, body, page=True)
