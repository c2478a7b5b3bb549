"""Generates a company: `make` writes its tables, the same bytes for the same arguments."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine import ranges
from engine.errors import UplineError
from engine.progress import OnProgress
from engine.sample import baskets, moves, people, sales, tables, trees

FORMATS = ("csv", "parquet")
# Orders are written with two decimals, so only currencies with two decimals are offered.
CURRENCIES = ("USD", "EUR", "GBP", "CAD", "AUD", "MXN", "BRL", "ZAR", "INR", "PLN", "SEK", "CHF")
# The numbers of members and customers are packed into 24 bits; ten million members have eight million
# customers.
MOST_MEMBERS = ranges.MEMBERS.most
# The company is eight years old at the end; before that it had no orders.
MOST_MONTHS = ranges.MONTHS.most


class UnknownShapeError(UplineError):
    """The shape is none of bushy, deep and binary."""


class UnknownFormatError(UplineError):
    """The file format is neither csv nor parquet."""


class UnknownCurrencyError(UplineError):
    """The currency is not among those with two decimals that are offered."""


class OutOfRangeError(UplineError):
    """The number of members or months is too small or too large."""


class BadMonthError(UplineError):
    """The last month is not written as YYYY-MM, or is outside the calendar."""


class NotADirectoryHereError(UplineError):
    """The folder named for the tables is a file."""


class MixedFormatsError(UplineError):
    """The folder contains the tables of a company in the other format; an import would read both."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was generated. `depth` is the depth of the tree that carries volume: placement if there is one."""

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
    progress: OnProgress | None = None,
) -> Summary:
    """Generate a company and write members, customers, orders and moves into the folder `out`.

    `shape` is bushy, deep (bushy, with a chain of a tenth of the members as one leg) or binary (placement in
    two legs). Orders cover `months` months, the last of which is `until` (YYYY-MM); members enrol until its
    end. `progress` is called with the table, the rows so far and the rows expected (an estimate for orders),
    after each block and at the table's end. Tables of an earlier sample are replaced once all are written.
    Raises UnknownShapeError, UnknownFormatError, UnknownCurrencyError, OutOfRangeError, BadMonthError,
    NotADirectoryHereError, MixedFormatsError.
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
        writers = {
            name: stack.enter_context(
                tables.TableWriter(out, name, format, _reporter(progress, name, expected.get(name, 0)))
            )
            for name in tables.TABLES
        }
        people.write_members(writers["members"], grown, crowd)
        people.write_customers(writers["customers"], crowd, seed)
        moves.write_moves(writers["moves"], crowd, seed, planned)
        habits = sales.habits_of(grown.recruits, seed)
        filled = baskets.fill(seed)
        sold = sales.write_orders(writers["orders"], crowd, habits, filled, seed, calendar, currency)
    _publish(writers)
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
        tuple(writer.path for writer in writers.values()),
    )


def _publish(writers: dict[str, tables.TableWriter]) -> None:
    """Give the files their names. Members are removed first and come last: no import goes without them."""
    writers["members"].path.unlink(missing_ok=True)
    for name in ("moves", "orders", "customers", "members"):
        writers[name].keep()


def _reporter(progress: OnProgress | None, table: str, expected: int) -> Callable[[int], None]:
    def report(rows: int) -> None:
        if progress is not None:
            progress(table, rows, max(rows, expected))

    return report


def _check(members: int, months: int, shape: str, format: str, currency: str) -> None:
    if shape not in trees.SHAPES:
        raise UnknownShapeError(
            f"no shape is called {shape!r}", todo=f"Choose one of {', '.join(trees.SHAPES)}."
        )
    if format not in FORMATS:
        raise UnknownFormatError(
            f"no format is called {format!r}", todo=f"Choose one of {', '.join(FORMATS)}."
        )
    if currency not in CURRENCIES:
        todo = f"Choose one of {', '.join(CURRENCIES)}."
        raise UnknownCurrencyError(f"no company can be generated with the currency {currency!r}", todo=todo)
    for what, number, most in (("members", members, MOST_MEMBERS), ("months", months, MOST_MONTHS)):
        if not 1 <= number <= most:
            raise OutOfRangeError(
                f"{number:,} {what} cannot be generated", todo=f"Choose a number from 1 to {most:,}."
            )


def _calendar(until: str, months: int) -> list[date]:
    """The first days of the months, and the first day after the last."""
    try:
        last = date.fromisoformat(f"{until}-01")
        # This leaves room for the company's years before it, and for moves after it.
        if last.year < 1910 or last.year > ranges.YEAR.most or len(until) != len("YYYY-MM"):
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
            "this is not a folder", where=str(out), todo="Use another folder for the tables."
        ) from None
    for other in FORMATS:
        for name in tables.TABLES:
            if other != format and (out / f"{name}.{other}").exists():
                raise MixedFormatsError(
                    "the folder already contains a company in another format",
                    where=str(out / f"{name}.{other}"),
                    todo="Use another folder, or remove those tables first.",
                )
