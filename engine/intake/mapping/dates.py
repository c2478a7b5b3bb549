"""Dates as companies write them, turned into ISO 8601: formats of tokens, and calendars of other countries.

    YYYY, YY   a year of four digits; of two, in this century
    ERA, Y     an era of Japan, and the year in it: 令和5, R5; 元 is the first
    MM, DD     month and day, of one digit or two; MMM is an English name, such as Nov or November
    hh, mm, ss hours, minutes, seconds with or without a fraction; ap is AM or PM, zz an offset: +02:00 or Z

Everything else in a format stands for itself; a space may be several.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import excerpt

CALENDARS = {"gregorian": 0, "buddhist": -543, "minguo": 1911, "japanese": 0}
"""Calendars, with what is added to their year: Thai years are 543 ahead, those of Taiwan 1911 behind."""
ERAS = {
    "令和": date(2019, 5, 1), "平成": date(1989, 1, 8), "昭和": date(1926, 12, 25), "大正": date(1912, 7, 30),
    "明治": date(1868, 1, 25),
}  # fmt: skip
"""Eras of Japan by their first day; each ends where the next begins."""
LETTERS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_MONTH = {name[:size]: number for number, name in enumerate(MONTHS, 1) for size in (3, len(name))}
_MONTH["sept"] = 9
TOKENS = {
    "YYYY": r"(?P<year>\d{4})", "YY": r"(?P<short>\d{2})",
    "ERA": rf"(?P<era>{'|'.join(ERAS)}|[RHSTMrhstm])\.?",
    "Y": r"(?P<nth>\d{1,3}|元)", "MMM": r"(?P<name>[A-Za-z]{3,9})\.?", "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})", "hh": r"(?P<hour>\d{1,2})", "mm": r"(?P<minute>\d{2})",
    "ss": r"(?P<second>\d{2}(?:\.\d{1,6})?)", "ap": r"(?P<half>[AaPp]\.?[Mm]\.?)",
    "zz": r"(?P<offset>Z|[+-]\d{2}:?\d{2})",
}  # fmt: skip
DAY = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_PLAIN = frozenset({"YYYY", "MM", "DD", "hh", "mm", "ss"})
"""Tokens that whole columns are read by at once."""
_LITERALS = ("T", "at", "Uhr", "h")
_SPLIT = re.compile("|".join((*TOKENS, *_LITERALS)) + r"|\s+|[A-Za-z]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A format such as ``DD.MM.YYYY hh:mm``, its calendar, and the pattern of both."""

    text: str
    calendar: str
    pattern: str
    plain: bool
    """Whether it has figures of the Gregorian calendar alone."""


def date_format(text: str, calendar: str = "gregorian") -> DateFormat:
    """Read a format; raises ValueError where a token is unknown, missing or twice."""
    tokens = _SPLIT.findall(unicodedata.normalize("NFKC", text))
    known = [token for token in tokens if token in TOKENS]
    for token in tokens:
        if token not in TOKENS and token.isascii() and token.isalpha() and token not in _LITERALS:
            raise ValueError(f"{excerpt(token)} is no part of a date; there are {', '.join(TOKENS)}")
    if twice := sorted({token for token in known if known.count(token) > 1}):
        raise ValueError(f"{twice[0]} is there twice")
    years = [token for token in known if token in ("YYYY", "YY", "Y")]
    if len(years) != 1:
        raise ValueError("a date has one year: YYYY, YY or Y")
    if ("ERA" in known) != (years == ["Y"] and calendar == "japanese"):
        raise ValueError("ERA and Y go together, in the calendar japanese")
    if calendar == "gregorian" and years == ["Y"]:
        raise ValueError("Y is a year of another calendar; write YYYY")
    if calendar != "gregorian" and years == ["YY"]:
        raise ValueError(f"YY is a year of this century, not of the calendar {calendar}")
    if len({"MM", "MMM"} & set(known)) != 1 or "DD" not in known:
        raise ValueError("a date has one month, MM or MMM, and a day, DD")
    for token, needed in (("mm", "hh"), ("ss", "mm"), ("ap", "hh"), ("zz", "hh"), ("hh", "mm")):
        if token in known and needed not in known:
            raise ValueError(f"{token} needs {needed}")
    pattern = "".join(TOKENS.get(token) or _literal(token) for token in tokens)
    plain = calendar == "gregorian" and set(known) <= _PLAIN
    return DateFormat(text, calendar, f"^{pattern}$", plain)


def _literal(token: str) -> str:
    return r"\s+" if token.isspace() else re.escape(token)


def iso_texts(texts: pa.Array, formats: tuple[DateFormat, ...]) -> pa.Array:
    """Dates in any of some formats as ISO texts; null where none fits, or where there is no such day."""
    if not pc.all(pc.string_is_ascii(texts)).as_py():
        texts = pc.utf8_normalize(texts, "NFKC")
    result = pa.nulls(len(texts), pa.string())
    for each in formats:
        left = pc.if_else(pc.is_null(result), texts, None)
        if left.null_count == len(left):
            break
        result = pc.coalesce(result, _plain(left, each) if each.plain else _each(left, each))
    return result


def _plain(texts: pa.Array, form: DateFormat) -> pa.Array:
    """Whole columns at once. That a month has such a day is for the ordinary check to find out."""
    parts = pc.extract_regex(texts, form.pattern)
    names = [parts.type.field(place).name for place in range(parts.type.num_fields)]
    fields = {name: pc.utf8_lpad(pc.struct_field(parts, place), 2, "0") for place, name in enumerate(names)}
    written = pc.binary_join_element_wise(fields["year"], fields["month"], fields["day"], "-")
    if "hour" in fields:
        clock = [fields[name] for name in ("hour", "minute", "second") if name in fields]
        written = pc.binary_join_element_wise(written, pc.binary_join_element_wise(*clock, ":"), "T")
    # Figures the other way round are another format's.
    return pc.if_else(pc.match_substring_regex(written, DAY), written, pa.scalar(None, pa.string()))


def _each(texts: pa.Array, form: DateFormat) -> pa.Array:
    coded = texts.dictionary_encode()
    words = [_iso(text, form) for text in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> Any:
    return re.compile(pattern)


def _iso(text: str, form: DateFormat) -> str | None:
    match = _compiled(form.pattern).match(text)
    if match is None:
        return None
    parts = match.groupdict()
    month = _MONTH.get(parts["name"].lower()) if parts.get("name") else int(parts["month"])
    try:
        year = _year(parts, form.calendar)
        day = date(year, month or 0, int(parts["day"]))
        if parts.get("era") and not _within(parts["era"], day):
            return None
        if parts.get("hour") is None:
            return day.isoformat()
        return f"{day.isoformat()}T{_clock(parts)}"
    except (ValueError, OverflowError):
        return None


def _year(parts: dict[str, str | None], calendar: str) -> int:
    if era := parts.get("era"):
        nth = 1 if parts["nth"] == "元" else int(parts["nth"] or 0)
        return _begins(era).year + nth - 1
    if short := parts.get("short"):
        return 2000 + int(short)
    return int(parts.get("year") or parts.get("nth") or 0) + CALENDARS[calendar]


def _begins(era: str) -> date:
    return ERAS[LETTERS.get(era.upper(), era)]


def _within(era: str, day: date) -> bool:
    """Whether a day is in an era; the last one has no end."""
    begins = _begins(era)
    after = [first for first in ERAS.values() if first > begins]
    return begins <= day and (not after or day < min(after))


def _clock(parts: dict[str, str | None]) -> str:
    hour = int(parts["hour"] or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError("an hour of half a day")
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    whole, point, fraction = (parts.get("second") or "00").partition(".")
    at = time(hour, int(parts["minute"] or 0), int(whole))
    return f"{at:%H:%M:%S}{point}{fraction}{parts.get('offset') or ''}"
