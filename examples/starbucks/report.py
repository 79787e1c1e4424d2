"""The parts of `run` that are no work for boon: the catalogue file, the choice of customers, the report."""

import glob
import gzip
import json
import sys

# Peer: XGBoost 1.7.4, 300 trees, depth 4, 31 features, the same split (AUC, log-loss).
PEER = {
    "viewed": (0.8600, 0.3928),
    "completed": (0.9182, 0.3568),
    "viewed_then_completed": (0.7789, 0.5524),
}
AUC_SLACK = 0.003
LOSS_SLACK = 0.004


def read_offers(data):
    with open(f"{data}/portfolio.json", encoding="utf-8") as file:
        return sorted((json.loads(line) for line in file), key=lambda offer: offer["id"])


def write_offers(data, target):
    """The catalogue, numbered as boon.toml.in numbers the offers; attributes as there, without `attr_`."""
    offers = []
    for number, raw in enumerate(read_offers(data)):
        kind, days = raw["offer_type"], int(raw["duration"])
        spend = f"spend {raw['difficulty']}, get {raw['reward']}" if raw["difficulty"] else "nothing to spend"
        offers.append({
            "offer_id": number,
            "name": f"{kind}: {spend}, {days} days",
            "category": kind,
            "external_offer_id": raw["id"],
            "value": 10,
            "horizon_days": days,
            "attributes": {
                "reward": raw["reward"],
                "difficulty": raw["difficulty"],
                "days": days,
                "web": int("web" in raw["channels"]),
                "mobile": int("mobile" in raw["channels"]),
                "social": int("social" in raw["channels"]),
            },
        })
    with open(target, "w", encoding="utf-8") as file:
        json.dump(offers, file, indent=1)


def three_customers(data):
    """The first customers of the file of each gender given, so that they differ."""
    chosen = {}
    with gzip.open(f"{data}/profile.json.gz", "rt", encoding="utf-8") as file:
        for line in file:
            customer = json.loads(line)
            chosen.setdefault(customer["gender"], customer["id"])
            if len(chosen) == 3:
                break
    return list(chosen.values())


def count_lines(path):
    with gzip.open(path, "rb") as file:
        lines = list(file)
    return len(lines), len(lines) - len(set(lines))


def print_input(data, card):
    customers, _ = count_lines(f"{data}/profile.json.gz")
    events, repeated = count_lines(f"{data}/transcript.json.gz")
    print(f"read: {events} events ({repeated} of them twice), {customers} customers, {len(read_offers(data))} offers")
    rows = card["data"]
    trained = rows["fit_rows"] + rows["validation_rows"]
    print(f"rows: {trained} receipts to train on, {rows['test_rows']} of the test wave; {rows['features']} columns")


def print_outcome(outcome, card):
    """Prints one outcome's figures; whether they reach the peer's."""
    test = card["test"]["binary"]
    auc, loss = test["auc"], test["log_loss"]
    peer_auc, peer_loss = PEER[outcome]
    good = auc["value"] >= peer_auc - AUC_SLACK and loss["value"] <= peer_loss + LOSS_SLACK
    print(f"\n{outcome}: rate {test['base_rate']:.4f}")
    print(f"  {'':16}{'AUC':>8}{'log-loss':>10}")
    print(f"  {'boon':16}{auc['value']:8.4f}{loss['value']:10.4f}   "
          f"95 %: {auc['lower']:.4f} to {auc['upper']:.4f}, {loss['lower']:.4f} to {loss['upper']:.4f}")
    print(f"  {'peer':16}{peer_auc:8.4f}{peer_loss:10.4f}")
    for baseline in card["baselines"]:
        if baseline["name"] in ("base_rate", "per_offer_rate"):
            print(f"  {baseline['name'].replace('_', ' '):16}{baseline['auc']:8.4f}{baseline['loss']['value']:10.4f}")
    slope, error = test["calibration_slope"], test["calibration_error"]
    print(f"  calibration: slope {slope['value']:.3f}, error {error['value']:.4f}, mean prediction "
          f"{test['mean_prediction']:.4f}")
    default_limit = max(0.02, test["calibration_error_if_perfect"])
    if error["value"] > default_limit:
        print(f"  (boon's default gate would refuse this: its limit is {default_limit:.4f}, here it is "
              f"{card['options']['gate']['max_calibration_error']:.4f})")
    print(f"  gate: {card['gate']['verdict']}")
    top = ", ".join(f"{i['feature']} {100 * i['gain_share']:.0f} %" for i in card["fit"]["importances"][:6])
    print(f"  top features: {top}")
    print(f"  {'reached' if good else 'NOT REACHED'}: AUC at least {peer_auc - AUC_SLACK:.4f}, log-loss at most "
          f"{peer_loss + LOSS_SLACK:.4f}")
    return good


def print_decision(decision):
    print(f"\ncustomer {decision['customer_id']}")
    for offer in decision["offers"]:
        details = offer.get("offer") or {}
        chance = offer.get("probability")
        words = f"{100 * chance:.1f} %" if chance is not None else "no probability"
        print(f"  {offer['rank']}. {details.get('name', offer['offer_id'])}: {words} ({offer['score_kind']})")
        if offer.get("explanation"):
            print(f"     {offer['explanation']['text']}")


def report(data, work):
    cards = {}
    for outcome in PEER:
        with open(f"{work}/{outcome}.card.json", encoding="utf-8") as file:
            cards[outcome] = json.load(file)
    print_input(data, cards["viewed"])
    good = [print_outcome(outcome, cards[outcome]) for outcome in PEER]
    decisions = []
    for path in sorted(glob.glob(f"{work}/decision.*.json")):
        with open(path, encoding="utf-8") as file:
            decisions.append(json.load(file))
    for decision in decisions:
        print_decision(decision)
    served = all(offer["score_kind"] == "calibrated" for decision in decisions for offer in decision["offers"])
    if not served:
        print("\nNOT SERVED: a decision did not come from the model")
    return 0 if all(good) and served and len(decisions) == 3 else 1


def main():
    command, data = sys.argv[1], sys.argv[2]
    if command == "offers":
        write_offers(data, sys.argv[3])
    elif command == "customers":
        print("\n".join(three_customers(data)))
    else:
        sys.exit(report(data, sys.argv[3]))


main()
