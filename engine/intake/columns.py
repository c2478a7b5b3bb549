"""Columns of text into typed columns: identifiers, dates, instants, decimals; bad values are refused by name.

A check runs over the whole column at once; values are looked at one by one only where it fails.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from engine import ranges
from engine.errors import excerpt
from engine.intake.refusals import Refusals
from engine.intake.tables import CompanyTable
from engine.money import VOLUME_SCALE, minor_digits

FRACTION = 6
"""Decimal digits that a figure may show; those beyond what is kept must be zero."""
CONTROL = r"[\x00-\x1f\x7f-\x{9f}\x{2028}\x{2029}]"
"""Characters that other programs obey instead of printing them."""
CURRENCY = r"^[A-Z]{3}$"
DATE = r"^(19|20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6}0*)?)?"
INSTANT = rf"^(19|20|21)\d\d-\d\d-\d\d([T ]{TIME}(Z|[+-]\d\d(:?[0-5]\d)?)?)?$"
ZONED = r"[T ].*(Z|[+-]\d\d(:?\d\d)?)$"
DECIMAL = r"^[+-]?\d{1,12}(\.\d{1,6}0*)?$"


def flag(
    table: CompanyTable,
    bad: pa.Array,
    name: str,
    what: Callable[[int], str],
    refusals: Refusals,
    todo: str = "",
    consequence: bool = False,
) -> None:
    """Refuse every row in which `bad` is true."""
    if pc.any(bad).as_py():
        for row in pc.indices_nonzero(pc.fill_null(bad, False)).to_pylist():
            refusals.row(table, row, name, what(row), todo, consequence)


def needed(table: CompanyTable, column: str, refusals: Refusals) -> None:
    """Refuse rows without a value that must be there."""
    if table[column].null_count:
        bad = pc.is_null(table[column])
        flag(
            table,
            bad,
            "missing_value",
            lambda _: f"{table.called(column)} is empty",
            refusals,
            "Give a value.",
        )


def references(table: CompanyTable, column: str, refusals: Refusals) -> pa.Array:
    """A needed identifier of something else; whether that is there is for the caller to find out."""
    needed(table, column, refusals)
    return table[column]


def ids(table: CompanyTable, column: str, refusals: Refusals, unique: bool = False) -> pa.Array:
    """A needed identifier, printable and short; with `unique`, repetitions of it are refused."""
    needed(table, column, refusals)
    texts = table[column]
    most = ranges.ID_LENGTH.most
    odd = pc.or_(pc.greater(pc.utf8_length(texts), most), pc.match_substring_regex(texts, CONTROL))
    flag(
        table,
        odd,
        "bad_id",
        lambda row: (
            f"{table.called(column)} {excerpt(texts[row].as_py())} is longer than {most} characters "
            "or has control signs"
        ),
        refusals,
        "Use a shorter, printable identifier.",
    )
    if unique and pc.count_distinct(texts).as_py() < len(texts) - texts.null_count:
        seen: set[str] = set()
        for row, value in enumerate(texts.to_pylist()):
            if value is not None and value in seen:
                what = f"{table.called(column)} {value} is there more than once"
                refusals.row(table, row, "duplicate_id", what, "Keep one row.")
            seen.add(value)
    return texts


def places(ids: pa.Array, listed: pa.Array) -> pa.Array:
    """The first place of each identifier in a list (int64), null where it is missing.

    A few are looked for in a long list without indexing the list.
    """
    if len(ids) * 4 > len(listed):
        return pc.cast(pc.index_in(ids, value_set=listed), pa.int64())
    near = pc.indices_nonzero(pc.is_in(listed, value_set=pc.drop_null(pc.unique(ids))))
    return pc.cast(near.take(pc.index_in(ids, value_set=listed.take(near))), pa.int64())


def dates(table: CompanyTable, column: str, refusals: Refusals) -> pa.Array:
    """Calendar dates such as 2026-11-01 as date32, null where empty or refused."""
    text = table[column]
    # A date column that was written as a timestamp is a date if its time is midnight.
    text = pc.replace_substring_regex(text, r"[T ]00:00(:00(\.0+)?)?Z?$", "")
    good = pc.match_substring_regex(text, DATE)
    try:
        values = pc.cast(pc.if_else(good, text, None), pa.date32())
    except pa.ArrowInvalid:
        values = pa.array([_date(one) for one in text.to_pylist()], pa.date32())
    bad = pc.and_(pc.is_valid(text), pc.is_null(values))
    flag(
        table,
        bad,
        "bad_date",
        lambda row: f"{table.called(column)} {table[column][row].as_py()!r} is not a date",
        refusals,
        f"Write it as 2026-11-01 (years {ranges.YEAR.least} to {ranges.YEAR.most}).",
    )
    return values


def _date(text: str | None) -> object:
    try:
        day = datetime.strptime(text or "", "%Y-%m-%d").date()
    except ValueError:
        return None
    return day if ranges.YEAR.least <= day.year <= ranges.YEAR.most else None


def instants(table: CompanyTable, column: str, zone: ZoneInfo, refusals: Refusals) -> pa.Array:
    """ISO 8601 instants as timestamp[us, UTC]; without an offset they are in the company's zone.

    A local time that the clock shows twice is the first of the two; a date alone is its first instant.
    """
    text = table[column]
    good = pc.fill_null(pc.match_substring_regex(text, INSTANT), False)
    text = pc.if_else(good, text, None)
    zoned = pc.fill_null(pc.match_substring_regex(text, ZONED), False)
    try:
        there = pc.cast(pc.if_else(zoned, text, None), pa.timestamp("us", "UTC"))
        local = pc.cast(pc.if_else(zoned, None, text), pa.timestamp("us"))
    except pa.ArrowInvalid:
        parsed = [_instant(one) for one in text.to_pylist()]
        there = pa.array([one if one and one.tzinfo else None for one in parsed], pa.timestamp("us", "UTC"))
        local = pa.array([None if one and one.tzinfo else one for one in parsed], pa.timestamp("us"))
    values = pc.coalesce(there, to_utc(local, zone))
    bad = pc.and_(pc.is_valid(table[column]), pc.is_null(values))
    flag(
        table,
        bad,
        "bad_date",
        lambda row: f"{table.called(column)} {table[column][row].as_py()!r} is not a date and time",
        refusals,
        "Write it as 2026-11-01T13:45:00, with an offset such as +02:00 or Z where it is not local.",
    )
    return values


def _instant(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def to_utc(local: pa.Array, zone: ZoneInfo) -> pa.Array:
    """Local times (timestamp[us]) to UTC; each minute's offset is looked up once."""
    utc = pa.timestamp("us", "UTC")
    if zone.key == "UTC" or local.null_count == len(local):
        return local.cast(utc)
    minutes = pc.floor_temporal(local, unit="minute").dictionary_encode()
    offsets = [
        int(minute.replace(tzinfo=zone).utcoffset().total_seconds()) * 1_000_000
        for minute in minutes.dictionary.to_pylist()
    ]
    shift = pc.take(pa.array(offsets, pa.int64()), minutes.indices)
    return pc.cast(pc.subtract(local.cast(pa.int64()), shift), pa.timestamp("us")).cast(utc)


def volumes(table: CompanyTable, column: str, refusals: Refusals) -> pa.Array:
    """Volumes as int64 hundredths; more than two decimals are refused."""
    return _figures(table, column, pa.scalar(VOLUME_SCALE, pa.int64()), "a volume keeps two", refusals)


def amounts(
    table: CompanyTable, column: str, currency: pa.Array, declared: Mapping[str, int], refusals: Refusals
) -> pa.Array:
    """Money as int64 minor units, with as many decimals as each row's currency has.

    `declared` holds the digits of the company's own currencies by code.
    """
    coded = currency.dictionary_encode()
    codes = coded.dictionary.to_pylist()
    scales = [10 ** declared.get(code, minor_digits(code)) for code in codes]
    scale = pc.fill_null(pc.take(pa.array(scales, pa.int64()), coded.indices), 100)
    return _figures(table, column, scale, "the currency has fewer", refusals)


def _figures(table: CompanyTable, column: str, scale: pa.Array, finer: str, refusals: Refusals) -> pa.Array:
    text = table[column]
    good = pc.fill_null(pc.match_substring_regex(text, DECIMAL), False)
    flag(
        table,
        pc.and_(pc.is_valid(text), pc.invert(good)),
        "bad_decimal",
        lambda row: f"{table.called(column)} {text[row].as_py()!r} is not a plain decimal number",
        refusals,
        "Write digits with a point, such as 1234.50, and nothing else.",
    )
    plain = pc.replace_substring_regex(pc.if_else(good, text, None), r"^\+|(\.\d{6})0*$", r"\1")
    exact = pc.cast(plain, pa.decimal128(20, FRACTION))
    millionths = pc.cast(pc.multiply(exact, pa.scalar(10**FRACTION, pa.decimal128(7, 0))), pa.int64())
    unit = pc.divide(pa.scalar(10**FRACTION, pa.int64()), scale)
    values = pc.divide(millionths, unit)  # exact: whatever leaves a rest is refused
    uneven = pc.not_equal(pc.multiply(values, unit), millionths)
    huge = pc.greater(pc.abs(values), ranges.FIGURE.most)
    flag(
        table,
        uneven,
        "bad_decimal",
        lambda row: f"{table.called(column)} {text[row].as_py()} has too many decimals: {finer}",
        refusals,
        "Round it before the import, so that nothing is rounded unseen.",
    )
    flag(
        table,
        huge,
        "number_too_large",
        lambda row: f"{table.called(column)} {text[row].as_py()} is larger than any order can be",
        refusals,
        f"The largest is {ranges.FIGURE.text(ranges.FIGURE.most)} hundredths or minor units.",
    )
    return pc.if_else(pc.or_(uneven, huge), None, values)


def one_of(
    table: CompanyTable,
    column: str,
    allowed: tuple[str, ...],
    name: str,
    refusals: Refusals,
    default: str | None,
) -> pa.Array:
    """A word of a fixed list, in any case; empty takes the default."""
    words = pc.utf8_lower(table[column])
    if default is not None:
        words = pc.fill_null(words, default)
    bad = pc.and_(pc.is_valid(words), pc.invert(pc.is_in(words, pa.array(allowed))))
    flag(
        table,
        bad,
        name,
        lambda row: f"{table.called(column)} is {table[column][row].as_py()!r}",
        refusals,
        f"Use {', '.join(allowed)}.",
    )
    return words


def currencies(table: CompanyTable, column: str, declared: Mapping[str, int], refusals: Refusals) -> pa.Array:
    """Currency codes: three letters, or a code whose digits the company has declared."""
    needed(table, column, refusals)
    codes = table[column]
    known = pc.or_(
        pc.match_substring_regex(codes, CURRENCY), pc.is_in(codes, pa.array(list(declared), pa.string()))
    )
    bad = pc.invert(known)
    flag(
        table,
        bad,
        "bad_currency",
        lambda row: f"{table.called(column)} {codes[row].as_py()!r} is not a currency code",
        refusals,
        "Use three capital letters, such as USD, or name its digits: upline import --currency USDT=3.",
    )
    return codes
