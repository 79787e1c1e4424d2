"""One shop: brings it through boon from one day to the next, prints the answers to the five questions, and holds every
figure of boon's, and each customer's standing, against truth.py.

report.py BOON SHOP DATA HOME
"""

import csv
import datetime
import gzip
import io
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import urllib.request

import truth


def every_second_month(year, month, count):
    months = range(month - 1, month - 1 + 2 * count, 2)
    return [datetime.datetime(year + i // 12, i % 12 + 1, 1) for i in months]


# The days that a shop is looked at: the first of every second month, and the day after the log's end.
DAYS = {
    "online_retail": every_second_month(2011, 2, 6) + [datetime.datetime(2011, 12, 10)],
    "cdnow": every_second_month(1997, 3, 9),
}
FILES = {"online_retail": "online_retail/online_retail.csv.gz", "cdnow": "cdnow/CDNOW_master.txt.gz"}
CURRENCIES = {"online_retail": "GBP", "cdnow": "USD"}
TITLES = {
    "online_retail": "Online Retail (a gift wholesaler, United Kingdom)",
    "cdnow": "CDNOW (a music shop, those who first bought in early 1997)",
}
SHOWN_DIFFERENCES = 20


class Boon:
    """boon by its command line, and its REST API while `serving`."""

    def __init__(self, binary, home):
        self.binary, self.home = binary, pathlib.Path(home)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("BOON_")}
        self.environment["BOON_HTTP_METRICS_PORT"] = "0"

    def run(self, *arguments):
        done = subprocess.run(
            [self.binary, "--home", self.home, *arguments], capture_output=True, text=True, env=self.environment,
        )
        if done.returncode != 0:
            sys.exit(f"boon {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def serve(self):
        self.server = subprocess.Popen(
            [self.binary, "--home", self.home, "serve", "--port", "0"], env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
        line = self.server.stdout.readline()
        if "http://" not in line:
            sys.exit(f"the server did not start: {line}")
        self.url = line.split()[-1]

    def stop(self):
        self.server.terminate()
        self.server.wait(30)

    def get(self, path):
        request = urllib.request.Request(f"{self.url}/api/v1{path}", headers={"Authorization": f"Bearer {self.key}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def bring_through(boon, shop, data):
    """The shop as boon sees it on each of its days, one after the other."""
    boon.key = boon.run("init", "--currency", CURRENCIES[shop]).strip()
    # Unpacked once: boon reads the log several times for each day.
    log = boon.home / pathlib.Path(FILES[shop]).stem
    with gzip.open(f"{data}/{FILES[shop]}") as packed, open(log, "wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
    template = pathlib.Path(__file__).with_name(f"{shop}.toml.in").read_text(encoding="utf-8")
    for day in DAYS[shop]:
        text = template.replace("@DATA@", str(boon.home)).replace("@DAY@", str(day.date()))
        (boon.home / "boon.toml").write_text(text, encoding="utf-8")
        boon.run("features", "--as-of", str(day.date()))
        boon.run("value", "update")
        boon.run("lifecycle", "update")
    boon.run("audiences", "create", "everybody", "--rule", "true")


def ask_stages(boon, figures):
    summary = boon.get("/lifecycle/summary")
    figures["customers"] = summary["customers"]
    figures["lost"] = sum(row["flags"].get("lost", 0) for row in summary["stages"])
    for row in summary["stages"]:
        if row["customers"] > 0:
            for name in ("customers", "mean_days", "revenue_365d", "revenue_share"):
                figures["stage", row["stage"], name] = row[name]


def ask_moves(boon, figures, days):
    for before, day in zip(days, days[1:]):
        for flow in boon.get(f"/lifecycle/flows?from={before.date()}&to={day.date()}")["items"]:
            figures["flow", str(day.date()), flow["from"], flow["to"]] = flow["customers"]
    # Until a second after the last day: what ended on it has ended.
    span = f"from={days[0].date()}&to={days[-1].date()}T00:00:01Z"
    for row in boon.get(f"/lifecycle/conversions?{span}")["items"]:
        figures["next", row["from"], row["to"]] = row["customers"]
    for row in boon.get(f"/lifecycle/durations?{span}")["items"]:
        for name in ("stays", "ended", "mean_ended_days", "p25_days", "median_days", "p75_days"):
            figures["length", row["stage"], name] = row[name]


def ask_value(boon, figures):
    summary = boon.get("/value/summary")
    for kind, rows in (("segment", summary["segments"]), ("rfm", summary["rfm_segments"])):
        for row in rows:
            figures[kind, row["segment"], "customers"] = row["customers"]
            figures[kind, row["segment"], "revenue_365d"] = row["revenue_365d"]
            if kind == "segment":
                figures[kind, row["segment"], "revenue_share"] = row["revenue_share"]
    spread = boon.get("/value/distribution?of=lifetime_value")
    figures["spread", "gini"], figures["spread", "sum"] = spread["gini"], spread["sum"]
    for row in spread["deciles"]:
        figures["tenth", row["decile"], "share"] = row["share"]


def ask_people(boon):
    """Each customer's (stage, value segment, RFM segment, lifetime value)."""
    rows = csv.DictReader(io.StringIO(boon.run("audiences", "export", "everybody")))
    return {row["customer_id"]: (row["stage"], row["value_segment"], row["rfm_segment"], float(row["lifetime_value"]))
            for row in rows}


def ask(boon, days):
    figures = {}
    boon.serve()
    try:
        ask_stages(boon, figures)
        ask_moves(boon, figures, days)
        ask_value(boon, figures)
        return figures, ask_people(boon)
    finally:
        boon.stop()


def share_words(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


def days_words(days):
    return "not yet known" if days is None else f"{days:.0f}"


def print_leaving(figures, people, days):
    print("\n1. Who is leaving")
    gone = figures.get(("stage", "win_back", "customers"), 0)
    print(f"   {gone} of {figures['customers']} customers ({share_words(gone, figures['customers'])}) have not bought "
          f"for more than 90 days; {figures['lost']} of them for more than a year")
    last = str(days[-1].date())
    left = {key[2]: count for key, count in figures.items()
            if key[0] == "flow" and key[1] == last and key[3] == "win_back" and key[2] not in (None, "win_back")}
    sources = ", ".join(f"{count} from {stage}" for stage, count in sorted(left.items()))
    print(f"   fell silent since {days[-2].date()}: {sources}")
    print("   the most valuable of those who are gone:")
    silent = [(fact[3], customer) for customer, fact in people.items() if fact[0] == "win_back"]
    for lifetime, customer in sorted(silent, reverse=True)[:5]:
        print(f"     {customer}  brought {lifetime:12,.2f}  {people[customer][2]}")


def print_worth(figures, currency):
    print(f"\n2. What they are worth ({currency}, the last 365 days, net of returns)")
    for stage in ("acquisition", "onboarding", "growth", "retention", "win_back"):
        if ("stage", stage, "customers") in figures:
            customers, brought, share = (figures["stage", stage, name]
                                         for name in ("customers", "revenue_365d", "revenue_share"))
            print(f"   {stage:12}{customers:7} customers{brought:15,.2f}  {100 * share:5.1f} %")
    for name in ("cant_lose", "at_risk"):
        customers, brought = (figures.get(("rfm", name, what), 0) for what in ("customers", "revenue_365d"))
        print(f"   {name:12}{customers:7} customers{brought:15,.2f}  by RFM: bought often, not lately")


def print_lengths(figures):
    print("\n3. How long customers stay in each stage (days, of stays seen every second month)")
    print(f"   {'':12}{'stays':>7}{'ended':>7}{'a quarter left by':>20}{'half left by':>16}")
    for stage in ("acquisition", "onboarding", "growth", "retention", "win_back"):
        if ("length", stage, "stays") in figures:
            row = {name: figures["length", stage, name] for name in ("stays", "ended", "p25_days", "median_days")}
            print(f"   {stage:12}{row['stays']:7}{row['ended']:7}{days_words(row['p25_days']):>20}"
                  f"{days_words(row['median_days']):>16}")


def print_concentration(figures, currency):
    print("\n4. Where value concentrates")
    print(f"   of {figures['spread', 'sum']:,.2f} {currency} ever brought, the best tenth of the customers brought "
          f"{100 * figures['tenth', 10, 'share']:.1f} %, the best fifth "
          f"{100 * (figures['tenth', 10, 'share'] + figures['tenth', 9, 'share']):.1f} %; Gini "
          f"{figures['spread', 'gini']:.3f}")
    for name in ("high_value", "medium_value", "low_value"):
        customers, brought, share = (figures["segment", name, what]
                                     for what in ("customers", "revenue_365d", "revenue_share"))
        print(f"   {name:12}{customers:7} customers{brought:15,.2f}  {100 * share:5.1f} % of the last 365 days")


def print_returned(figures, days):
    print("\n5. Who came back (bought again after more than 90 silent days)")
    back = {key[2]: count for key, count in figures.items() if key[0] == "next" and key[1] == "win_back"}
    stays = figures.get(("length", "win_back", "stays"), 0)
    total = sum(back.values())
    print(f"   {total} times of {stays} that somebody fell silent ({share_words(total, stays)}): "
          + ", ".join(f"{n} to {stage}" for stage, n in sorted(back.items())))
    months = []
    for day in days[1:]:
        came = sum(count for key, count in figures.items()
                   if key[0] == "flow" and key[1] == str(day.date()) and key[2] == "win_back" and key[3] != "win_back")
        months.append(f"{day.date()} {came}")
    for first in range(0, len(months), 5):
        print("   " + "   ".join(months[first:first + 5]))


def is_same(told, true):
    """Counts are equal; amounts and shares are to within what single precision holds of them."""
    if told is None or true is None or isinstance(told, str):
        return told == true
    if isinstance(told, int) and isinstance(true, int):
        return told == true
    return math.isclose(told, true, rel_tol=1e-6, abs_tol=1e-6)


def differences(told, true):
    """In words, what one side says and the other does not. A count of nobody need not be mentioned."""
    found = []
    for key in sorted(set(told) | set(true), key=str):
        a, b = told.get(key, 0), true.get(key, 0)
        same = all(map(is_same, a, b)) if isinstance(a, tuple) and isinstance(b, tuple) else is_same(a, b)
        if not same:
            found.append(f"{key}: boon {a}, the raw log {b}")
    return found


def main():
    binary, shop, data, home = sys.argv[1:]
    days = DAYS[shop]
    boon = Boon(binary, home)
    bring_through(boon, shop, data)
    figures, people = ask(boon, days)
    currency = CURRENCIES[shop]
    print(f"\n{TITLES[shop]}, as of {days[-1].date()}")
    print_leaving(figures, people, days)
    print_worth(figures, currency)
    print_lengths(figures)
    print_concentration(figures, currency)
    print_returned(figures, days)
    true_figures, true_people = truth.figures_of(shop, data, days)
    wrong = differences(figures, true_figures) + differences(people, true_people)
    print(f"\n   checked against the raw log: {len(true_figures)} figures and {len(true_people)} customers' stage, "
          f"segments and lifetime value; {len(wrong) or 'none'} different")
    for words in wrong[:SHOWN_DIFFERENCES]:
        print(f"   DIFFERENT {words}")
    sys.exit(1 if wrong else 0)


main()
