"""Salesforce's REST API.

Token: "OAuth 2.0 Client Credentials Flow", as shown in "Connect to Connect REST API Using OAuth",
https://developer.salesforce.com/docs/atlas.en-us.262.0.chatterapi.meta/chatterapi/quickstart_connecting.htm
Query and more results (totalSize, done, nextRecordsUrl, records; the locator says `query` after queryAll, too):
https://developer.salesforce.com/docs/platform/api-rest/guide/resources-queryall-more-results.html
Errors (an array of message, errorCode): "Status Codes and Error Responses",
https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""
import re
import urllib.parse

from catalogue import Reply, utc

CLIENT_ID, CLIENT_SECRET = "3MVG9-key", "8A4B-secret"
STAMP = "%Y-%m-%dT%H:%M:%S.000+0000"


def problem(status, code, message):
    return Reply(status, [{"message": message, "errorCode": code}])


def answer(request, state):
    if request.path == "/services/oauth2/token":
        return token(request, state)
    scheme, _, access = request.headers.get("Authorization", "").partition(" ")
    if state.faults.due("expire_access"):
        state.valid_access.clear()
    if scheme != "Bearer" or access not in state.valid_access:
        return problem(401, "INVALID_SESSION_ID", "Session expired or invalid")
    kind, _, locator = request.path.removeprefix("/services/data/v62.0/").partition("/")
    if kind not in ("query", "queryAll"):
        return problem(404, "NOT_FOUND", "The requested resource does not exist")
    state.faults.next_page()
    if locator:
        if locator not in state.cursors or state.faults.due("expired_cursor"):
            return problem(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return batch(*state.cursors[locator], state)
    found = select(request.query["q"], kind == "queryAll", state)
    if isinstance(found, Reply):
        return found
    return batch(found, 0, state)


def token(request, state):
    form = dict(urllib.parse.parse_qsl(request.body.decode()))
    if form.get("grant_type") != "client_credentials":
        return Reply(400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"})
    if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        return Reply(400, {"error": "invalid_client", "error_description": "invalid client credentials"})
    return Reply(200, {
        "access_token": state.new_token("access", state.valid_access), "signature": "nUFHwtfIGLKD",
        "instance_url": state.setting("instance_url", request.origin),
        "id": "https://login.salesforce.com/id/00Dd0/005d0", "token_type": "Bearer", "issued_at": "1774000000000",
    })


def select(soql, with_deleted, state):
    """Understands what boon asks, and refuses the rest as Salesforce does."""
    shape = re.fullmatch(
        r"SELECT (?P<fields>.+) FROM Product2(?: WHERE (?P<where>.+?))? ORDER BY SystemModstamp, Id", soql)
    if not shape:
        return problem(400, "MALFORMED_QUERY", "unexpected token: " + soql[:40])
    offers = [offer for offer in state.catalogue.offers.values() if with_deleted or not offer.deleted]
    where = shape["where"] or ""
    if own := re.fullmatch(r"SystemModstamp >= (\S+)", where):
        offers = [offer for offer in offers if utc(offer.modified) >= own[1]]
    elif prices := re.fullmatch(
            r"Id IN \(SELECT Product2Id FROM PricebookEntry WHERE SystemModstamp >= (\S+)\)", where):
        offers = [offer for offer in offers if utc(offer.price_modified) >= prices[1]]
    elif where:
        return problem(400, "MALFORMED_QUERY", "unexpected token: " + where[:40])
    return [render(offer, "PricebookEntries" in shape["fields"])
            for offer in sorted(offers, key=lambda offer: (offer.modified, offer.number))]


def render(offer, with_price):
    id = f"01t{offer.number:015d}"
    record = {
        "attributes": {"type": "Product2", "url": f"/services/data/v62.0/sobjects/Product2/{id}"},
        "Id": id, "Name": offer.name, "Description": offer.description, "ProductCode": offer.id,
        "Family": offer.category, "IsActive": offer.active, "IsDeleted": offer.deleted,
        "SystemModstamp": utc(offer.modified, STAMP),
    }
    if with_price:
        record["PricebookEntries"] = {"totalSize": 1, "done": True, "records": [{
            "attributes": {"type": "PricebookEntry", "url": f"/services/data/v62.0/sobjects/PricebookEntry/01u{id}"},
            "UnitPrice": offer.price,
        }]}
    return record


def batch(records, start, state):
    size = state.setting("batch", 2000)
    if state.faults.standing("same_page"):
        start = 0
    rows = records[start:start + size]
    if state.faults.due("short_page"):
        rows = rows[:max(len(rows) // 2, 1)]
    total = len(records) - (1 if state.faults.due("changing_total") else 0)
    body = {"totalSize": total, "done": start + len(rows) >= len(records)}
    if not body["done"]:
        origin = "https://elsewhere.example" if state.faults.due("foreign_next") else ""
        body["nextRecordsUrl"] = (
            f"{origin}/services/data/v62.0/query/{state.new_cursor((records, start + len(rows)))}")
    if state.faults.due("done_early"):
        body["done"] = True
    body["records"] = rows
    return Reply(200, body, page=True)
