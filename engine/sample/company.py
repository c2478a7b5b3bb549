"""A company made to order: `make` writes its tables, the same bytes for the same arguments."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.errors import UplineError
from engine.sample import baskets, moves, people, sales, tables, trees

FORMATS = ("csv", "parquet")
# Orders are written with two digits, so only currencies of two digits are offered.
CURRENCIES = ("USD", "EUR", "GBP", "CAD", "AUD", "MXN", "BRL", "ZAR", "INR", "PLN", "SEK", "CHF")
# Numbers of members and of customers are packed into 24 bits; ten million members have eight million
# customers.
MOST_MEMBERS = 10_000_000
# The company is eight years old at the sample's end; longer than that it had no orders.
MOST_MONTHS = 96

Progress = Callable[[str, int, int], None]


class UnknownShapeError(UplineError):
    """The shape asked for is none of bushy, deep, binary."""


class UnknownFormatError(UplineError):
    """The file format asked for is neither csv nor parquet."""


class UnknownCurrencyError(UplineError):
    """The currency asked for is not one of those with two digits that the sample offers."""


class OutOfRangeError(UplineError):
    """A number of members or months is too small or too large."""


class BadMonthError(UplineError):
    """The last month is not written as YYYY-MM, or lies outside the calendar."""


class NotADirectoryHereError(UplineError):
    """The place named for the tables is a file."""


class MixedFormatsError(UplineError):
    """The directory holds tables of a company in the other format; an import would see both."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was made. `depth` is that of the tree that carries volume (placement where there is one)."""

    members: int
    roots: int
    depth: int
    sponsor_depth: int
    terminated: int
    holding_tank: int
    customers: int
    months: tuple[str, ...]
    orders: tuple[int, ...]
    buyers: tuple[int, ...]
    refunds: int
    moves: int
    files: tuple[Path, ...]


def make(
    members: int,
    seed: int,
    shape: str,
    out: Path,
    *,
    months: int = 2,
    until: str = "2026-11",
    format: str = "csv",
    currency: str = "USD",
    progress: Progress | None = None,
) -> Summary:
    """Make a company and write members, customers, orders and moves into the directory `out`.

    `shape` is bushy, deep (bushy, and one leg that is a chain of a tenth of the members) or binary (placement
    in two legs). Orders cover `months` months, the last of which is `until` (YYYY-MM); members enrol up to
    its end. `progress` is told table, rows so far and rows expected (for orders a guess), block by block and
    at the table's end. Tables of an earlier sample are replaced when everything is written. Refusals:
    UnknownShape, UnknownFormat, UnknownCurrency, OutOfRange, BadMonth, NotADirectoryHere, MixedFormats.
    """
    _check(members, months, shape, format, currency)
    calendar = _calendar(until, months)
    _prepare(out, format)
    grown = trees.grow(members, seed, shape)
    crowd = people.gather(grown, seed, calendar[-1])
    customers = len(crowd.since)
    expected = {"members": members, "customers": customers, "orders": members * months}
    planned = moves.plan_moves(grown, crowd, seed, calendar[-1])
    with ExitStack() as stack:
        written = {
            name: stack.enter_context(
                tables.Table(out, name, format, _reporter(progress, name, expected.get(name, 0)))
            )
            for name in tables.TABLES
        }
        people.write_members(written["members"], grown, crowd)
        people.write_customers(written["customers"], crowd, seed)
        moves.write_moves(written["moves"], crowd, seed, planned)
        habits = sales.habits_of(grown.recruits, seed)
        filled = baskets.fill(seed)
        sold = sales.write_orders(written["orders"], crowd, habits, filled, seed, calendar, currency)
    _publish(written)
    return Summary(
        members,
        grown.sponsor.count(trees.NOBODY),
        trees.depth(grown.main),
        trees.depth(grown.sponsor),
        crowd.status.count(people.TERMINATED),
        max(grown.placement.count(trees.NOBODY) - 1, 0),
        customers,
        tuple(f"{month:%Y-%m}" for month in calendar[:-1]),
        sold.orders,
        sold.buyers,
        sold.refunds,
        len(planned),
        tuple(table.path for table in written.values()),
    )


def _publish(written: dict[str, tables.Table]) -> None:
    """Give the files their names. Members go first and come last: without them nothing imports the rest."""
    written["members"].path.unlink(missing_ok=True)
    for name in ("moves", "orders", "customers", "members"):
        written[name].keep()


def _reporter(progress: Progress | None, table: str, expected: int) -> Callable[[int], None]:
    def report(rows: int) -> None:
        if progress is not None:
            progress(table, rows, max(rows, expected))

    return report


def _check(members: int, months: int, shape: str, format: str, currency: str) -> None:
    if shape not in trees.SHAPES:
        raise UnknownShapeError(
            f"there is no shape {shape!r}", todo=f"Choose one of {', '.join(trees.SHAPES)}."
        )
    if format not in FORMATS:
        raise UnknownFormatError(
            f"there is no format {format!r}", todo=f"Choose one of {', '.join(FORMATS)}."
        )
    if currency not in CURRENCIES:
        todo = f"Choose one of {', '.join(CURRENCIES)}."
        raise UnknownCurrencyError(f"the sample does not sell in {currency!r}", todo=todo)
    for what, number, most in (("members", members, MOST_MEMBERS), ("months", months, MOST_MONTHS)):
        if not 1 <= number <= most:
            raise OutOfRangeError(f"{number} {what} cannot be made", todo=f"Ask for 1 to {most}.")


def _calendar(until: str, months: int) -> list[date]:
    """The first days of the months, and the first day after the last."""
    try:
        last = date.fromisoformat(f"{until}-01")
        # Room for the company's first day before, and for moves after.
        if last.year < 1910 or last.year > 9000 or len(until) != len("YYYY-MM"):
            raise ValueError
    except ValueError:
        raise BadMonthError(f"{until!r} is not a month", todo="Write it as 2026-11.") from None
    number = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - months + 1, number + 2)]


def _prepare(out: Path, format: str) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotADirectoryHereError(
            "this is not a directory", where=str(out), todo="Name another place for the tables."
        ) from None
    for other in FORMATS:
        for name in tables.TABLES:
            if other != format and (out / f"{name}.{other}").exists():
                raise MixedFormatsError(
                    "the directory holds a company in another format",
                    where=str(out / f"{name}.{other}"),
                    todo="Name another directory, or remove that company first.",
                )
