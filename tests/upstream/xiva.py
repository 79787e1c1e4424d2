"""Xiva: TM Forum Open APIs behind Django's djoser.

Login: djoser "JWT endpoints" (jwt/create, jwt/refresh) and Simple JWT's answers,
https://djoser.readthedocs.io/en/latest/jwt_endpoints.html
Offers: TMF620 Product Catalog v4.1.0 and v5.0.0; customers: TMF629 v4.0.0 (their published OpenAPI documents).
Envelopes: a bare array with X-Total-Count and X-Result-Count (TMF630 REST guidelines), or what Django REST
Framework's LimitOffsetPagination makes (count, next, previous, results),
https://www.django-rest-framework.org/api-guide/pagination/
"""
import json

from catalogue import Reply, utc

PAGE_CAP = 50
USER, PASSWORD = "boon", "wonderland"


def answer(request, state):
    path = request.path.removeprefix("/api/")
    if path.startswith("auth/jwt/"):
        return login(path, request, state)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != state.setting("scheme", "JWT"):
        return Reply(401, {"detail": "Authentication credentials were not provided."})
    if state.faults.due("expire_refresh"):
        state.valid_access.clear()
        state.valid_refresh.clear()
    if state.faults.due("expire_access"):
        state.valid_access.clear()
    if token not in state.valid_access and token != "fixed-token":
        return Reply(401, {"detail": "Given token not valid for any token type", "code": "token_not_valid"})
    if not path.endswith("/"):
        return Reply(301, b"", {"Location": request.path + "/"})
    version = state.setting("version", "v5")
    lists = {
        f"productCatalogManagement/{version}/productOffering/": offers,
        f"productCatalogManagement/{version}/productOfferingPrice/": prices,
        "customerManagement/v4/customer/": customers,
    }
    if path not in lists:
        return Reply(404, {"detail": "Not found."})
    return page_of(lists[path](state), request, state)


def login(path, request, state):
    body = json.loads(request.body)
    if path == "auth/jwt/refresh/":
        if body.get("refresh") not in state.valid_refresh:
            return Reply(401, {"detail": "Token is invalid or expired", "code": "token_not_valid"})
        return Reply(200, {"access": state.new_token("access", state.valid_access)})
    field = state.setting("login_field", "username")
    if field not in body:
        return Reply(400, {field: ["This field is required."]})
    if (body[field], body.get("password")) != (USER, PASSWORD):
        return Reply(401, {"detail": "No active account found with the given credentials"})
    tokens = {kind: state.new_token(kind, valid)
              for kind, valid in (("access", state.valid_access), ("refresh", state.valid_refresh))}
    return Reply(200, tokens)


def price_of(offer, version):
    price = {
        "id": f"price-{offer.number}", "name": f"Price of {offer.name}", "priceType": "oneTime",
        "@type": "ProductOfferingPrice",
    }
    if version == "v5":
        price["price"] = {"unit": offer.currency, "value": offer.price}
    else:
        price["price"] = {"taxRate": 0, "dutyFreeAmount": {"unit": offer.currency, "value": offer.price},
                          "taxIncludedAmount": {"unit": offer.currency, "value": offer.price}}
    return price


def offers(state):
    version = state.setting("version", "v5")
    by_reference = state.setting("prices", "embedded") == "reference"

    def render(offer):
        reference = {"id": f"price-{offer.number}", "href": f"/productOfferingPrice/price-{offer.number}",
                     "@type": "ProductOfferingPriceRef", "@referredType": "ProductOfferingPrice"}
        return {
            "id": offer.id, "href": f"/productCatalogManagement/{version}/productOffering/{offer.id}/",
            "name": offer.name, "description": offer.description, "isBundle": False, "isSellable": True,
            "lastUpdate": utc(offer.modified), "lifecycleStatus": "Active" if offer.active else "Retired",
            "validFor": {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"},
            "version": "1.0", "category": [{"id": f"cat-{offer.category}", "name": offer.category}],
            "productOfferingPrice": [reference if by_reference else price_of(offer, version)],
            "@type": "ProductOffering",
        }

    return state.catalogue.live(), render


def prices(state):
    version = state.setting("version", "v5")
    return state.catalogue.live(), lambda offer: price_of(offer, version)


def customers(state):
    def render(offer):
        return {
            "id": f"cust-{offer.number}", "href": f"/customerManagement/v4/customer/cust-{offer.number}",
            "name": f"Customer {offer.number}", "status": "Active",
            "engagedParty": {"id": f"party-{offer.number}", "@referredType": "Individual"},
            "characteristic": [{"name": "contractType", "valueType": "string", "value": "prepaid"}],
            "contactMedium": [
                {"mediumType": "email", "preferred": True,
                 "characteristic": {"emailAddress": f"c{offer.number}@example.org"}},
                {"mediumType": "phone", "characteristic": {"phoneNumber": f"+4179{offer.number:07d}"}},
            ],
            "@type": "Customer",
        }

    return state.catalogue.live(), render


def page_of(listed, request, state):
    items, render = listed
    faults = state.faults
    faults.next_page()
    # RFC 9110 section 13: the same ETag, no body.
    etag = {"ETag": f'"x{state.catalogue.revision}"'} if state.setting("etags", False) else {}
    if etag and request.headers.get("If-None-Match") == etag["ETag"]:
        return Reply(304, b"", etag)
    offset = int(request.query.get("offset", 0))
    limit = min(int(request.query.get("limit", 10)), state.setting("page_cap", PAGE_CAP))
    if faults.due("delete_first"):
        state.catalogue.delete([items[0].id])
        items = state.catalogue.live()
    if change := faults.due("change"):
        state.catalogue.change(change["id"], **change["fields"])
    if faults.standing("same_page"):
        offset = 0
    if faults.standing("reordered"):
        half = len(items) // 2
        items = items[half:] + items[:half]
    if faults.due("short_page"):
        limit = max(limit // 2, 2)
    rows = [render(item) for item in items[offset:offset + limit]]
    total = len(items) - (1 if faults.due("changing_total") else 0)
    if faults.due("empty_page"):
        rows = []
    if faults.due("duplicate_id") and len(rows) > 3:
        rows[3]["id"] = rows[1]["id"]
    headers = {**totals(rows, total, state), **etag}
    return Reply(200, enveloped(rows, total, offset, request, state), headers, page=True)


def totals(rows, total, state):
    if not state.setting("totals", True) or state.setting("envelope", "array") != "array":
        return {}
    return {"X-Total-Count": str(total), "X-Result-Count": str(len(rows))}


def enveloped(rows, total, offset, request, state):
    envelope = state.setting("envelope", "array")
    if envelope == "array":
        return rows
    if envelope == "data":
        return {"data": rows, **({"total": total} if state.setting("totals", True) else {})}
    after = offset + len(rows)
    origin = state.setting("next_origin", request.origin)
    more = f"{origin}{request.path}?limit={request.query.get('limit', 10)}&offset={after}"
    return {"count": total, "next": more if after < total else None, "previous": None, "results": rows}
