"""Ranges: what every number of a plan, of a table, of a period and of an option may be.

docs/numbers.md has the same table; a test keeps the two equal. The largest figures are chosen so that no
product of two of them passes 64 bits: the volume of an order times a rate is at most 10^18, in millionths. In
a plan with finer rates a product can pass them; then the run ends by name (engine/passes/overflows.py).
"""

from dataclasses import dataclass, replace

from engine.money import AmountError, decimal, scaled


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most that a figure may be, both included, in whole units of 1/`scale`.

    `what` says in the documentation which figures these are; `places` lists where they are read.
    """

    what: str
    places: str
    least: int
    most: int
    scale: int = 1
    grouped: bool = True
    """Whether a reader expects thousands separators; years have none."""

    def read(self, value: object, subject: str = "") -> int:
        """An exact decimal in whole units of 1/scale; raises AmountError outside the range.

        `subject` is how the message names the number.
        """
        return self.checked(scaled(value, self.scale, subject), subject)

    def checked(self, number: int, subject: str = "") -> int:
        """The number itself; raises AmountError where it is outside the range."""
        if self.least <= number <= self.most:
            return number
        named = f"{subject} " if subject else ""
        if number > self.most:
            raise AmountError(f"{named}must be at most {self.text(self.most)}")
        if self.least == 0:
            raise AmountError(f"{named}must not be negative")
        if self.least == 1:
            raise AmountError(f"{named}must be more than 0")
        raise AmountError(f"{named}must be at least {self.text(self.least)}")

    def finer(self, scale: int) -> "Range":
        """The same range in whole units of 1/`scale`."""
        least, most = (bound * scale // self.scale for bound in (self.least, self.most))
        return replace(self, least=least, most=most, scale=scale)

    def text(self, number: int) -> str:
        """A number of the range for a reader, as short as it is exact."""
        whole, _, rest = decimal(number, len(str(self.scale)) - 1).partition(".")
        rest = rest.rstrip("0")
        whole = f"{int(whole):,}" if self.grouped else whole
        return f"{whole}.{rest}" if rest else whole


BIG = 10**15
"""Hundredths or minor units: nine thousand figures of this size add up to less than 2^63."""

VOLUME = Range("volume", "plan, options", 0, BIG, 100)
SIZE = Range("volume that is divided by, such as `pair` or `each`", "plan", 1, BIG, 100)
AMOUNT = Range("amount, in minor units", "plan", 0, BIG)
RATE = Range("rate", "plan", 0, 10 * 10**6, 10**6)
SHARE = Range("share, cut", "plan", 0, 10**6, 10**6)
CAP_SHARE = Range("share of company volume that a cap allows", "plan", 0, 100 * 10**6, 10**6)
FACTOR = Range("factor, `base`", "plan", 0, 1000 * 10**6, 10**6)
POINT_VALUE = Range("`point_value`", "plan", 1, 10**6 * 10**6, 10**6)
PLACE = Range("share of a place in a pool", "plan", 0, 10**6 * 10**6, 10**6)
COUNT = Range("number of members, orders, pieces or shares", "plan", 0, 10**9)
POSITIVE = Range("the same where 0 makes no sense", "plan", 1, 10**9)
DAYS = Range("days", "plan, options", 1, 36_500)
PERIODS = Range("periods", "plan, options", 1, 1_200)
GRACE = Range("`grace`, `rank_grace`", "plan", 0, 1_200)
DEPTH = Range("levels of a group, width of a matrix", "plan, options", 1, 1_000)
LEVELS = Range("levels, generations or steps that a bonus pays", "plan", 1, 100)
RANKS = Range("ranks", "plan", 0, 100)
TABLES = Range("bonuses, caps, or requirements in one list", "plan", 0, 100)
ENTRIES = Range("entries of any other list", "plan", 0, 1_000)
OVERLAYS = Range("different compressed trees", "plan", 0, 1_000)
NAME_LENGTH = Range("characters of a name or another text", "plan", 1, 200)
PLAN_LENGTH = Range("characters of the whole file", "plan", 0, 200_000)
UPLINE_LEVELS = Range("`levels` of the upline that a member sees", "access", 0, 1_000)
JWKS_REFRESH = Range("`jwks_refresh`, after which keys are fetched again, in seconds", "access", 60, 86_400)
LEEWAY = Range("`leeway` of tokens, in seconds", "access", 0, 300)
SKIPPED_LINES = Range("`skip`, lines before the header of a file", "mapping", 0, 1_000)

OPENING_VOLUME = Range(
    "volume of an opening balance, in hundredths; negative where refunds took more", "tables", -BIG, BIG, 100
)
POSTING_AMOUNT = Range("amount that is booked by hand, in minor units", "options", -BIG, BIG)
OUTSIDE = Range("earning from elsewhere, in minor units", "tables", -BIG, BIG)
FIGURE = Range("volume of an order, in hundredths; amount, in minor units", "tables", -(10**11), 10**11)
FACT = Range("value of a fact", "tables", -BIG, BIG)
ID_LENGTH = Range("characters of an identifier", "tables", 1, 200)
TEXT_LENGTH = Range("characters of another text", "tables", 1, 1_000)
YEAR = Range("year of a date, of an instant or of a period", "tables, options", 1900, 2199, grouped=False)
SPAN = Range("days of a period such as 2026-11-01..2026-11-15", "tables, options", 1, 3_660)

MEMBERS = Range("members of a generated company", "options", 1, 10_000_000)
MONTHS = Range("months with orders of a generated company", "options", 1, 96)
SEED = Range("`--seed`", "options", 0, 2**63 - 1)
TOKEN_MINUTES = Range("minutes for which a token is valid", "options", 1, 1_440)
ROWS = Range("rows or lines to show", "options", 0, 1_000_000)
PAGE = Range("members per page of a downline", "options", 1, 500)
CUSTOMERS = Range("customers that a member needs", "options", 1, 1_000)
GROUP = Range("members of the smallest group that an income disclosure shows", "options", 3, 1_000)
BAND = Range("amount up to which an income disclosure counts members", "options", 1, 10**9)
BANDS = Range("such amounts", "options", 1, 6)
LOG_LINES = Range("lines of a log", "options", 1, 1_000_000)
SHOWN_LEVELS = Range("levels to show as a tree", "options", 1, 50)
SECONDS = Range("seconds of a statement", "options", 1, 600 * 1000, 1000)
WAITED = Range("days of waiting", "options", 0, 36_500)
INACTIVE = Range("periods of inactivity; 0: not asked for", "options", 0, 1_200)
RUN = Range("number of a run or of a change", "options", 1, 10**9)
BATCH = Range("number of a batch of the ledger", "options", 1, 10**11)
HEAP_MIB = Range("`UPLINE_HEAP_MIB`", "settings", 64, 2**20)
WRITERS = Range("`UPLINE_WRITERS`", "settings", 1, 64)
STANDBY = Range("`UPLINE_STANDBY`, minutes", "settings", 0, 1_440)
API_COST = Range("price of one request to the API", "settings", 1_000, 10**9)
API_BUDGET = Range("budget of the API; 0: without limit", "settings", 0, 10**12)
API_RESTORE = Range("what a budget of the API gets back each second", "settings", 1, 10**9)
PORT = Range("port", "options", 0, 65_535)
WORKERS = Range("processes of `upline serve`", "options", 1, 64)
DRAIN = Range("seconds of `--drain`", "options", 0, 600)

RANGES = tuple(entry for entry in list(globals().values()) if isinstance(entry, Range))
"""Every range, in the order of the documentation."""
