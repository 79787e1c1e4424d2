"""Dataverse's Web API (OData 4).

Token: "OAuth 2.0 client credentials flow on the Microsoft identity platform",
https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
Change tracking (Prefer: odata.track-changes; @odata.deltaLink on the last page; deletions as $deletedEntity):
https://learn.microsoft.com/en-us/power-apps/developer/data-platform/use-change-tracking-synchronize-data-external-systems
Paging (Prefer: odata.maxpagesize; @odata.nextLink):
https://learn.microsoft.com/en-us/power-apps/developer/data-platform/webapi/query/page-results
An expired delta link ("Version stamp associated with the client has expired. Please perform a full sync."):
https://github.com/MicrosoftDocs/powerapps-docs/issues/3845; 410 Gone where the OData standard is kept,
https://docs.oasis-open.org/odata/odata/v4.0/odata-v4.0-part1-protocol.html section 11.3
"""
import re
import urllib.parse

from catalogue import Reply, utc

CLIENT_ID, CLIENT_SECRET = "11111111-aaaa", "secret~dataverse"
PATH = "/api/data/v9.2/products"


def problem(status, code, message):
    return Reply(status, {"error": {"code": code, "message": message}})


def answer(request, state):
    if request.path == "/tenant-1/oauth2/v2.0/token":
        return token(request, state)
    if state.faults.due("expire_access"):
        state.valid_access.clear()
    scheme, _, access = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or access not in state.valid_access:
        return Reply(401, b"", {"WWW-Authenticate": "Bearer authorization_uri=https://login.microsoftonline.com/x"})
    if request.path != PATH:
        return problem(404, "0x80060888", "Resource not found for the segment")
    preferences = request.headers.get("Prefer", "")
    asked = re.search(r"odata\.maxpagesize=(\d+)", preferences)
    size = min(int(asked[1]) if asked else 5000, state.setting("page_cap", 5000))
    state.faults.next_page()
    if "$skiptoken" in request.query:
        cursor = request.query["$skiptoken"]
        if state.faults.standing("same_page"):
            cursor = "c1"
        if cursor not in state.cursors:
            return problem(400, "0x80040203", "Invalid paging cookie")
        return page(*state.cursors[cursor], size, request, state)
    offers = list(state.catalogue.offers.values())
    if "$deltatoken" not in request.query:
        if "odata.track-changes" not in preferences:
            return problem(400, "0x80060888", "the fake only serves tracked queries")
        rows = [render(offer, request) for offer in offers if not offer.deleted]
        return page(rows, 0, size, request, state)
    if state.faults.due("expired_delta"):
        return problem(400, "0x80044352",
                       "Version stamp associated with the client has expired. Please perform a full sync.")
    if state.faults.due("gone_delta"):
        return problem(410, "0x80044352", "Gone")
    since = int(request.query["$deltatoken"].split("!")[0])
    changed = sorted((offer for offer in offers if offer.revision > since), key=lambda offer: offer.revision)
    return page([render(offer, request) for offer in changed], 0, size, request, state)


def token(request, state):
    form = dict(urllib.parse.parse_qsl(request.body.decode()))
    expected = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
                "scope": request.origin + "/.default"}
    if form != expected:
        return Reply(401, {"error": "invalid_client",
                           "error_description": "AADSTS7000215: Invalid client secret provided."})
    return Reply(200, {"token_type": "Bearer", "expires_in": 3599,
                       "access_token": state.new_token("access", state.valid_access)})


def key_of(offer):
    return f"60c4e274-0d87-e711-80e5-{offer.number:012x}"


def render(offer, request):
    if offer.deleted:
        return {"@odata.context": f"{request.origin}/api/data/v9.2/$metadata#products/$deletedEntity",
                "id": key_of(offer), "reason": "deleted"}
    return {
        "@odata.etag": f'W/"{offer.revision}"', "productid": key_of(offer), "name": offer.name,
        "productnumber": offer.id, "description": offer.description, "price": offer.price,
        "statecode": 0 if offer.active else 1, "producttypecode": 1,
        "validfromdate": "2026-01-01T00:00:00Z", "validtodate": None, "modifiedon": utc(offer.modified),
    }


def page(rows, start, size, request, state):
    if state.faults.due("short_page"):
        size = max(size // 2, 1)
    body = {"@odata.context": f"{request.origin}/api/data/v9.2/$metadata#products/$delta"}
    if start + size < len(rows):
        origin = "https://elsewhere.example" if state.faults.due("foreign_next") else request.origin
        body["@odata.nextLink"] = f"{origin}{PATH}?$skiptoken={state.new_cursor((rows, start + size))}"
    elif not state.faults.due("no_delta_link"):
        stamp = urllib.parse.quote(f"{state.catalogue.revision}!08/22/2026 08:10:44")
        body["@odata.deltaLink"] = f"{request.origin}{PATH}?$select=name&$deltatoken={stamp}"
    body["value"] = rows[start:start + size]
    return Reply(200, body, page=True)
