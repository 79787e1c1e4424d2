"""The catalogue as one file behind a URL, conditional as RFC 9110 section 13 has it: the same ETag, no body."""
import csv
import io
import json

from catalogue import Reply


def answer(request, state):
    etag = f'"r{state.catalogue.revision}"'
    if request.headers.get("If-None-Match") == etag and state.setting("etags", True):
        return Reply(304, b"", {"ETag": etag})
    rows = [{"external_offer_id": offer.id, "name": offer.name, "description": offer.description,
             "category": offer.category, "value": offer.price, "is_active": offer.active}
            for offer in state.catalogue.live()]
    state.faults.next_page()
    headers = {"ETag": etag} if state.setting("etags", True) else {}
    if request.path == "/files/offers.json":
        return Reply(200, rows, headers, page=True)
    if request.path == "/files/offers.csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, fieldnames=["external_offer_id", "name", "description", "category", "value",
                                                  "is_active"])
        writer.writeheader()
        writer.writerows(rows)
        return Reply(200, text.getvalue().encode(), {**headers, "Content-Type": "text/csv"}, page=True)
    return Reply(404, {"detail": "Not found."})
