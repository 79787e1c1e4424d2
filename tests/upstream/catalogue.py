"""The small catalogue that every dialect of the fake upstream speaks of, and its misbehaviour on demand."""
import dataclasses
import datetime
import threading

START = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
CATEGORIES = ("points", "discount", "access", "shipping")


def utc(seconds, form="%Y-%m-%dT%H:%M:%SZ"):
    """The instant `seconds` after the catalogue's start, as text."""
    return (START + datetime.timedelta(seconds=seconds)).strftime(form)


@dataclasses.dataclass
class Offer:
    number: int
    name: str
    description: str
    category: str
    price: float
    currency: str = "USD"
    active: bool = True
    deleted: bool = False
    created: int = 0
    modified: int = 0  # seconds since START, one second a change
    price_modified: int = 0  # some upstreams keep prices in a record of their own
    revision: int = 0  # grows with every change of any offer

    @property
    def id(self):
        return f"po-{self.number}"


class Catalogue:
    """Offers in a stable order: that of their numbers."""

    def __init__(self):
        self.offers = {}
        self.clock = 0
        self.revision = 0
        self._live = None

    def touch(self, offer, same_time=False):
        self.clock += 0 if same_time else 1
        self.revision += 1
        offer.modified = self.clock
        offer.revision = self.revision
        self._live = None

    def generate(self, count, same_time=False):
        first = len(self.offers) + 1
        for number in range(first, first + count):
            offer = Offer(
                number, f"Offer {number}", f"What offer {number} gives", CATEGORIES[number % 4], number % 100 + 0.5
            )
            self.touch(offer, same_time)
            offer.created = offer.price_modified = offer.modified
            self.offers[offer.id] = offer

    def change(self, id, **fields):
        offer = self.offers[id]
        for name, value in fields.items():
            setattr(offer, name, value)
        self.touch(offer)

    def change_all(self, name):
        for offer in self.live():
            offer.name = f"{name} {offer.number}"
            self.touch(offer)

    def change_price(self, id, price):
        """Of a price that is a record of its own: the offer itself stays as it was."""
        offer = self.offers[id]
        self.clock += 1
        offer.price, offer.price_modified = price, self.clock

    def delete(self, ids, deleted=True):
        for id in ids:
            self.change(id, deleted=deleted)

    def live(self):
        if self._live is None:
            self._live = [offer for offer in self.offers.values() if not offer.deleted]
        return self._live


class Faults:
    """What goes wrong, at which page (from 1, counted since the fault was set) and how many times."""

    def __init__(self):
        self.pages = 0
        self.wanted = []

    def set(self, fault):
        self.pages = 0
        self.wanted.append({"page": 1, "times": 1, **fault})

    def clear(self):
        self.pages = 0
        self.wanted = []

    def next_page(self):
        self.pages += 1

    def due(self, *kinds):
        """The fault of one of these kinds that strikes now, and once less from now on."""
        for fault in self.wanted:
            if fault["kind"] in kinds and self.pages >= fault["page"] and fault["times"] > 0:
                fault["times"] -= 1
                return fault
        return None

    def standing(self, kind):
        """Whether a fault of this kind is on from its page to its end, however often it is asked for."""
        return any(fault["kind"] == kind and self.pages >= fault["page"] for fault in self.wanted)


class State:
    """All that the dialects share. `settings` are theirs, by name."""

    def __init__(self):
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        self.catalogue = Catalogue()
        self.faults = Faults()
        self.settings = {}
        self.log = []
        self.tokens = 0
        self.valid_access = set()
        self.valid_refresh = set()
        self.cursors = {}

    def setting(self, name, default):
        return self.settings.get(name, default)

    def new_token(self, kind, valid):
        self.tokens += 1
        token = f"{kind}-{self.tokens}"
        valid.add(token)
        return token

    def new_cursor(self, value):
        cursor = f"c{len(self.cursors) + 1}"
        self.cursors[cursor] = value
        return cursor


@dataclasses.dataclass
class Reply:
    status: int
    body: object = None  # what becomes JSON, or bytes as they are
    headers: dict = dataclasses.field(default_factory=dict)
    page: bool = False  # of a list: faults of the transport strike here


@dataclasses.dataclass
class Request:
    method: str
    path: str
    query: dict  # name → first value
    headers: object
    body: bytes
    origin: str  # http(s)://host:port, as the client addressed it
