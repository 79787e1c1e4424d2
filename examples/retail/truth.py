"""The figures of the report, worked out from the raw logs by the words of docs/features.md, docs/lifecycle.md and
docs/value.md, with no line of boon's and nothing that boon wrote. Amounts are whole cents until they are shown."""

import collections
import csv
import datetime
import decimal
import gzip

Order = collections.namedtuple("Order", "at cents is_return")
Stay = collections.namedtuple("Stay", "customer stage entered exited")

DAY = datetime.timedelta(days=1)
RFM_TABLE = {  # docs/value.md, from R5 down, F1 to F5
    5: ("new", "potential_loyalist", "potential_loyalist", "champions", "champions"),
    4: ("promising", "potential_loyalist", "potential_loyalist", "loyal", "loyal"),
    3: ("about_to_sleep", "about_to_sleep", "needs_attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "cant_lose"),
    1: ("lost", "lost", "at_risk", "at_risk", "cant_lose"),
}


def cents_of(amount):
    return int((amount * 100).quantize(decimal.Decimal(1), decimal.ROUND_HALF_UP))


def read_online_retail(data):
    """Each customer's invoices: lines with a customer and a price, summed by invoice, at its first line's minute."""
    invoices = {}
    with gzip.open(f"{data}/online_retail/online_retail.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            price = decimal.Decimal(line["UnitPrice"])
            if not line["CustomerID"] or price <= 0:
                continue
            at = datetime.datetime.fromisoformat(line["InvoiceDate"])
            key = line["CustomerID"], line["InvoiceNo"]
            first, amount = invoices.get(key, (at, decimal.Decimal(0)))
            invoices[key] = min(first, at), amount + int(line["Quantity"]) * price
    orders = collections.defaultdict(list)
    for (customer, number), (at, amount) in invoices.items():
        orders[customer].append(Order(at, cents_of(amount), number.startswith("C")))
    return orders


def read_cdnow(data):
    orders = collections.defaultdict(list)
    with gzip.open(f"{data}/cdnow/CDNOW_master.txt.gz", "rt", encoding="ascii") as file:
        next(file)
        for line in file:
            customer, day, _, amount = line.split()
            at = datetime.datetime.strptime(day, "%Y%m%d")
            orders[customer].append(Order(at, cents_of(decimal.Decimal(amount)), False))
    return orders


READERS = {"online_retail": read_online_retail, "cdnow": read_cdnow}


def spend(orders, begin, end):
    return sum(order.cents for order in orders if begin <= order.at < end)


def stage_of(orders, day, before):
    """The stage at `day`, and whether the customer is lost. Without a model nobody's churn probability is known. The
    days in between are more than the seven that a stage dwells."""
    bought = [order.at for order in orders if not order.is_return and order.at < day]
    if not bought:
        return "acquisition", False
    first, silent = day - min(bought), day - max(bought)
    if silent > 90 * DAY:
        return "win_back", silent > 365 * DAY
    if first < 30 * DAY or (first < 90 * DAY and len(bought) < 2):
        return "onboarding", False
    now, earlier = spend(orders, day - 90 * DAY, day), spend(orders, day - 180 * DAY, day - 90 * DAY)
    often = sum(at >= day - 90 * DAY for at in bought) >= 3
    if earlier > 0:
        if first >= 180 * DAY and often and 10 * now >= 11 * earlier:
            return "growth", False
        if before == "growth" and now >= earlier:
            return "growth", False
    return "retention", False


def stays_of(shop, days):
    """All stays, and who is lost on the last day."""
    stays, lost = [], set()
    for customer, orders in shop.items():
        stage, since = None, None
        for day in days:
            if min(order.at for order in orders) >= day:
                continue
            now, is_lost = stage_of(orders, day, stage)
            if is_lost and day == days[-1]:
                lost.add(customer)
            if now != stage:
                if stage:
                    stays.append(Stay(customer, stage, since, day))
                stage, since = now, day
        if stage:
            stays.append(Stay(customer, stage, since, None))
    return stays, lost


def score_of(worse, count):
    """An RFM score: `worse` of `count` are strictly worse."""
    return 1 + min(4, 5 * worse // count)


def ranks(amounts):
    """For each amount, how many are below it and how many equal it."""
    counts = collections.Counter(amounts)
    below, result = 0, {}
    for amount in sorted(counts):
        result[amount] = below, counts[amount]
        below += counts[amount]
    return result


def worth_of(shop, day):
    """Each customer's (segment, RFM segment, revenue of 365 days, lifetime value) on that day."""
    year = day - 365 * DAY
    facts = {}
    for customer, orders in shop.items():
        known = [order for order in orders if order.at < day]
        if not known:
            continue
        bought = [order.at for order in known if not order.is_return]
        facts[customer] = (
            max(bought, default=None), sum(at >= year for at in bought), spend(known, year, day),
            sum(order.cents for order in known),
        )
    base = [fact for fact in facts.values() if fact[0] and fact[0] >= year]
    recency, frequency, revenue = (ranks([fact[i] for fact in base]) for i in range(3))
    result = {}
    for customer, (last, often, brought, lifetime) in facts.items():
        segment, rfm = "low_value", "lost" if last else ""
        if last and last >= year:
            rfm = RFM_TABLE[score_of(recency[last][0], len(base))][score_of(frequency[often][0], len(base)) - 1]
            below, equal = revenue[brought]
            halves = 2 * below + equal if brought > 0 else 0  # of 2 × the base
            if 100 * halves >= 70 * 2 * len(base):
                segment = "high_value"
            elif 100 * halves >= 40 * 2 * len(base):
                segment = "medium_value"
        result[customer] = segment, rfm, brought, lifetime
    return result


def survival_quantile(lengths, share):
    """Kaplan and Meier (1958): the shortest length that at most `share` outlast; None while too many are open.
    `lengths`: (whole days, has ended)."""
    left = 1.0
    for length in sorted({days for days, ended in lengths if ended}):
        at_risk = sum(days >= length for days, _ in lengths)
        left *= 1 - sum(days == length and ended for days, ended in lengths) / at_risk
        if left <= share + 1e-12:
            return length
    return None


def at_instant(stays, day):
    there = (stay for stay in stays if stay.entered <= day and (not stay.exited or stay.exited > day))
    return {stay.customer: stay.stage for stay in there}


def count_stages(figures, stays, lost, worth, days):
    last = at_instant(stays, days[-1])
    everything = sum(worth[customer][2] for customer in last)
    for stage in set(last.values()):
        there = [customer for customer in last if last[customer] == stage]
        since = [stay.entered for stay in stays if not stay.exited and stay.stage == stage]
        brought = sum(worth[customer][2] for customer in there)
        figures["stage", stage, "customers"] = len(there)
        figures["stage", stage, "mean_days"] = sum((days[-1] - day) / DAY for day in since) / len(since)
        figures["stage", stage, "revenue_365d"] = brought / 100
        figures["stage", stage, "revenue_share"] = brought / everything
    figures["lost"] = len(lost)


def count_moves(figures, stays, days):
    places = [at_instant(stays, day) for day in days]
    for day, before, after in zip(days[1:], places, places[1:]):
        moves = collections.Counter((before.get(customer), stage) for customer, stage in after.items())
        for (source, target), customers in moves.items():
            figures["flow", str(day.date()), source, target] = customers
    exits = collections.Counter()
    for before, after in zip(places, places[1:]):
        exits.update((before[c], after[c]) for c in before if before[c] != after[c])
    for (source, target), customers in exits.items():
        figures["next", source, target] = customers


def count_lengths(figures, stays, days):
    for stage in {stay.stage for stay in stays}:
        lengths = [(((stay.exited or days[-1]) - stay.entered).days, bool(stay.exited))
                   for stay in stays if stay.stage == stage]
        ended = [days_in for days_in, has_ended in lengths if has_ended]
        figures["length", stage, "stays"] = len(lengths)
        figures["length", stage, "ended"] = len(ended)
        figures["length", stage, "mean_ended_days"] = sum(ended) / len(ended) if ended else None
        for name, share in (("p25_days", 0.75), ("median_days", 0.5), ("p75_days", 0.25)):
            figures["length", stage, name] = survival_quantile(lengths, share)


def count_value(figures, worth):
    everything = sum(fact[2] for fact in worth.values())
    for place, kind in ((0, "segment"), (1, "rfm")):
        for name in {fact[place] for fact in worth.values()} - {""}:
            there = [fact[2] for fact in worth.values() if fact[place] == name]
            figures[kind, name, "customers"] = len(there)
            figures[kind, name, "revenue_365d"] = sum(there) / 100
            if kind == "segment":
                figures[kind, name, "revenue_share"] = sum(there) / everything
    amounts = sorted(fact[3] for fact in worth.values())
    count, total = len(amounts), sum(amounts)
    positive = [max(0, amount) for amount in amounts]
    # The mean absolute difference's form: (Σ (2i − n − 1) xᵢ) / (n Σ xᵢ).
    apart = sum((2 * i - count - 1) * x for i, x in enumerate(positive, 1))
    figures["spread", "gini"] = apart / (count * sum(positive))
    figures["spread", "sum"] = total / 100
    begin = 0
    for tenth in range(1, 11):
        size = count // 10 + (tenth <= count % 10)
        figures["tenth", tenth, "share"] = sum(amounts[begin:begin + size]) / total
        begin += size


def figures_of(name, data, days):
    """Every figure by its key, and each customer's (stage, value segment, RFM segment, lifetime value)."""
    shop = READERS[name](data)
    stays, lost = stays_of(shop, days)
    worth = worth_of(shop, days[-1])
    figures = {"customers": len(worth)}
    count_stages(figures, stays, lost, worth, days)
    count_moves(figures, stays, days)
    count_lengths(figures, stays, days)
    count_value(figures, worth)
    last = at_instant(stays, days[-1])
    people = {customer: (last[customer], fact[0], fact[1], fact[3] / 100) for customer, fact in worth.items()}
    return figures, people
