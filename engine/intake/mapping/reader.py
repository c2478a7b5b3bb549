"""A mapping file in TOML, read key by key: whatever is wrong is refused with its line."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import ranges
from engine.errors import did_you_mean, excerpt
from engine.intake.files import Dialect
from engine.intake.mapping.dates import CALENDARS, DateFormat, date_format
from engine.intake.mapping.mapping import (
    Column,
    CompanyMapping,
    Condition,
    Feed,
    Lookup,
    MappingError,
    Numbers,
    is_date,
    is_figure,
)
from engine.intake.refunds import CONTRADICTIONS, RULES
from engine.intake.tables import LAYOUTS, Layout
from engine.period import known_zone
from engine.plans.quantities import items, printable
from engine.plans.table import PlanTable
from engine.plans.text import PlanError, PlanText

READY = Path(__file__).parent / "ready"
ENCODINGS = {
    "utf-8": "utf-8", "utf-16": "utf-16", "shift-jis": "cp932", "euc-jp": "euc_jp", "gb18030": "gb18030",
    "gbk": "gbk", "big5": "big5", "euc-kr": "cp949", "koi8-r": "koi8_r", "koi8-u": "koi8_u",
    "tis-620": "cp874", "mac-roman": "mac_roman", "cp437": "cp437", "cp850": "cp850", "cp852": "cp852",
    **{f"windows-{number}": f"cp{number}" for number in (874, *range(1250, 1259))},
    **{f"iso-8859-{number}": f"iso8859_{number}" for number in (*range(1, 12), *range(13, 17))},
}  # fmt: skip
"""Encodings by the names that the web has for them, and what Python calls them."""
DELIMITERS = {",": ",", ";": ";", "|": "|", "\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";"}
SOURCES = ("column", "first_of", "joined", "value")
HOW = {"column": "column", "first_of": "first", "joined": "joined", "value": "value"}


def ready_names() -> list[str]:
    """The names of the mappings that ship with Upline."""
    return sorted(path.stem for path in READY.glob("*.toml"))


def read_mapping(chosen: str) -> CompanyMapping:
    """A mapping by its path, or a ready one by its name; raises MappingError."""
    path = READY / f"{chosen}.toml" if chosen in ready_names() else Path(chosen)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        names = ", ".join(ready_names())
        raise MappingError(
            f"the mapping cannot be read: {reason}", chosen, f"Name a file, or a ready mapping: {names}."
        ) from error
    return parse_mapping(text, path)


def parse_mapping(text: str, path: Path) -> CompanyMapping:
    """Read the text of a mapping; raises MappingError with the line of what is wrong."""
    if len(text) > ranges.PLAN_LENGTH.most:
        raise MappingError(f"the mapping has more than {ranges.PLAN_LENGTH.most:,} characters", str(path))
    try:
        data = tomllib.loads(text)
        return _Reader(PlanText(path, text), data).mapping(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line[1]}" if line else str(path)
        raise MappingError(f"the mapping is not valid TOML: {error}", where) from error
    except RecursionError as error:
        raise MappingError(
            "lists or tables are nested too deeply", str(path), "Write fewer levels."
        ) from error
    except ValueError as error:  # an integer of thousands of digits, which Python does not read
        raise MappingError("a number has thousands of digits", str(path), "Shorten it.") from error
    except PlanError as error:
        raise MappingError(error.what, error.where, error.todo) from error


class _Reader:
    def __init__(self, text: PlanText, data: dict[str, Any]) -> None:
        self.text = text
        self.top = PlanTable(text, data, "")

    def mapping(self, text: str) -> CompanyMapping:
        top, path = self.top, self.text.path
        name = top.text("name", path.stem)
        zone = _zone(top)
        rules = top.table("refunds")
        refunds = {
            contradiction: rules.one_of(contradiction, RULES)
            for contradiction in CONTRADICTIONS
            if rules.has(contradiction)
        }
        for contradiction in CONTRADICTIONS:
            rules.value(contradiction, None)
        rules.refuse_unknown_keys()
        feeds = tuple(self._feed(table) for table in top.tables("table"))
        top.refuse_unknown_keys()
        if not any(feed.table == "members" for feed in feeds):
            raise top.error("table", "no entry feeds members", 'Write [[table]] with table = "members".')
        return CompanyMapping(name, str(path), text, feeds, zone, refunds)

    def _feed(self, table: PlanTable) -> Feed:
        layouts = {layout.name: layout for layout in LAYOUTS}
        layout = layouts[table.one_of("table", tuple(layouts))]
        dialect = _dialect(table)
        defaults = _Defaults(table)
        zone = _zone(table)
        where = (*self._conditions(table, "where", False), *self._conditions(table, "where_not", True))
        optional = table.flag("optional", False)
        files = _files(table)
        columns = self._columns(table, layout, defaults)
        only_with = tuple(table.texts("only_with"))
        for name in only_with:
            if name not in {column.target for column in columns}:
                raise table.error("only_with", f"{excerpt(name)} is no column that this entry feeds")
        table.refuse_unknown_keys()
        place = f"{self.text.path}:{self.text.line(table.place, None)}"
        return Feed(layout.name, place, files, columns, dialect, optional, zone, where, only_with)

    def _columns(self, table: PlanTable, layout: Layout, defaults: "_Defaults") -> tuple[Column, ...]:
        data = table.value("columns")
        if not isinstance(data, dict):
            raise table.error("columns", f"must be a table, not {excerpt(data)}", "Write [table.columns].")
        for name in data:
            if name not in layout.columns:
                known = f"{layout.name} has {', '.join(layout.columns)}."
                raise table.error(
                    str(name), f"is no column of {layout.name}", did_you_mean(name, layout.columns) or known
                )
        if missing := [name for name in layout.required if name not in data]:
            raise table.error(
                "columns",
                f"{', '.join(missing)} of {layout.name} is fed by nothing",
                'Name the column of the file, or a constant: { value = "..." }.',
            )
        return tuple(self._column(table, layout, name, data[name], defaults) for name in data)

    def _column(
        self, table: PlanTable, layout: Layout, target: str, written: Any, defaults: "_Defaults"
    ) -> Column:
        place = f"{self.text.path}:{self.text.line(table.place, target, 'columns')}"
        data = {"column": written} if isinstance(written, str) else written
        if not isinstance(data, dict):
            raise table.error(target, f"must be the name of a column or a table, not {excerpt(written)}")
        own = PlanTable(self.text, data, table.place, target)
        source = [key for key in SOURCES if own.has(key)]
        if len(source) != 1:
            raise table.error(target, f"needs one of {', '.join(SOURCES)}", 'Such as { column = "Name" }.')
        names, value = _names(own, source[0])
        formats = defaults.formats
        if own.has("format") or own.has("calendar"):
            if not is_date(target):
                raise table.error(target, "holds no date, so it has no format")
            formats = _formats(own, "format", defaults.calendar)
        numbers = _numbers(own, defaults.numbers)
        negative = own.flag("negative", False)
        signs = negative or any(own.has(key) for key in ("decimal", "thousands", "affixes"))
        if signs and not is_figure(layout.name, target):
            raise table.error(target, "holds no figure, so it has no signs of figures")
        itself = own.one_of("itself", ("empty", ""), "") == "empty"
        empty = tuple(own.texts("empty")) if own.has("empty") else defaults.empty
        otherwise = _constant(own, "otherwise") if own.has("otherwise") else None
        column = Column(
            target, place, HOW[source[0]], names, value, _constant(own, "with", " "), empty,
            _words(own), otherwise, self._lookup(own), formats if is_date(target) else (),
            numbers if is_figure(layout.name, target) else None, negative,
            _constant(own, "prefix", ""), own.flag("upper", False), itself,
        )  # fmt: skip
        own.refuse_unknown_keys()
        return column

    def _lookup(self, own: PlanTable) -> Lookup | None:
        if not own.has("lookup"):
            return None
        data = own.value("lookup")
        if not isinstance(data, dict):
            raise own.error(
                "lookup", "must be a table", 'Such as { file = "a.csv", key = "Id", value = "Who" }.'
            )
        table = PlanTable(self.text, data, own.place, "lookup")
        try:
            (file,) = _files(table, several=False)
            key, value = table.text("key"), table.text("value")
            written = any(table.has(name) for name in ("encoding", "delimiter", "skip"))
            dialect = _dialect(table) if written else None
            where = (*self._conditions(table, "where", False), *self._conditions(table, "where_not", True))
            table.refuse_unknown_keys()
        except PlanError as error:  # its keys have names that the entry has too
            raise own.error("lookup", error.what, error.todo) from error
        return Lookup(file, key, value, where, dialect)

    @staticmethod
    def _conditions(table: PlanTable, key: str, but: bool) -> list[Condition]:
        data = table.value(key, {})
        if not isinstance(data, dict):
            raise table.error(
                key, f"must be a table, not {excerpt(data)}", f'Such as {key} = {{ Type = "Rep" }}.'
            )
        conditions = []
        for name, value in data.items():
            values = value if isinstance(value, list) else [value]
            if not values or not all(isinstance(each, str) for each in values):
                raise table.error(
                    key, f"{excerpt(name)} needs a text or a list of texts, not {excerpt(value)}"
                )
            with table.errors_at(key):
                texts = tuple(printable(each) for each in items(values))
                conditions.append(Condition(printable(name), texts, but))
        return conditions


class _Defaults:
    """What an entry says for all of its columns."""

    def __init__(self, table: PlanTable) -> None:
        self.calendar = table.one_of("calendar", tuple(CALENDARS), "gregorian")
        self.formats = _formats(table, "dates", self.calendar)
        self.numbers = _numbers(table, Numbers())
        self.empty = tuple(table.texts("empty"))


def _zone(table: PlanTable) -> str | None:
    if not table.has("time_zone"):
        table.value("time_zone", None)
        return None
    zone = table.text("time_zone")
    if not known_zone(zone):
        raise table.error("time_zone", f"no time zone is called {zone!r}", "Use one such as Europe/Berlin.")
    return zone


def _dialect(table: PlanTable) -> Dialect:
    encoding = str(table.value("encoding", "utf-8"))
    if encoding.lower() not in ENCODINGS:
        known = f"There are {', '.join(ENCODINGS)}."
        todo = did_you_mean(encoding.lower(), ENCODINGS) or known
        raise table.error("encoding", f"no encoding is called {excerpt(encoding)}", todo)
    delimiter = table.one_of("delimiter", tuple(DELIMITERS), ",")
    skip = table.number("skip", ranges.SKIPPED_LINES, 0)
    return Dialect(DELIMITERS[delimiter], ENCODINGS[encoding.lower()], skip)


def _files(table: PlanTable, several: bool = True) -> tuple[str, ...]:
    value = table.value("file")
    names = value if isinstance(value, list) and several else [value]
    for name in names:
        if not isinstance(name, str) or not name.strip() or name != Path(name).name or "\\" in name:
            raise table.error("file", f"must be the name of a file in the folder, not {excerpt(name)}")
        if Path(name).suffix not in (".csv", ".txt", ".tsv", ".parquet"):
            raise table.error("file", f"{excerpt(name)} ends in none of .csv, .txt, .tsv and .parquet")
        if "*" in name and not several:
            raise table.error("file", "must be one file")
    with table.errors_at("file"):
        files = tuple(printable(name) for name in items(names))
    if not files:
        raise table.error("file", "names no file")
    return files


def _formats(table: PlanTable, key: str, calendar: str) -> tuple[DateFormat, ...]:
    if key == "format":
        calendar = table.one_of("calendar", tuple(CALENDARS), calendar)
    value = table.value(key, [])
    written = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in written):
        raise table.error(
            key, f"must be a format such as DD.MM.YYYY, or a list of them, not {excerpt(value)}"
        )
    with table.errors_at(key):
        return tuple(date_format(printable(each), calendar) for each in items(written))


def _numbers(table: PlanTable, defaults: Numbers) -> Numbers:
    decimal = table.one_of("decimal", (".", ",", "٫"), defaults.decimal)
    thousands = table.one_of("thousands", ("", ".", ",", " ", "'", "’", "٬"), defaults.thousands)
    affixes = tuple(table.texts("affixes")) if table.has("affixes") else defaults.affixes
    if decimal == thousands:
        raise table.error("thousands", "is the same sign as that of decimals")
    if odd := [
        each for each in affixes if not each.strip() or any(sign in "0123456789.,-+" for sign in each)
    ]:
        raise table.error("affixes", f"{excerpt(odd[0])} may be part of a figure")
    table.value("affixes", None)
    return Numbers(decimal, thousands, affixes)


def _names(own: PlanTable, source: str) -> tuple[tuple[str, ...], str]:
    if source == "value":
        return (), _constant(own, "value")
    if source == "column":
        return (own.text("column"),), ""
    names = own.texts(source)
    if not names:
        raise own.error(source, "names no column")
    return tuple(names), ""


def _constant(table: PlanTable, key: str, default: str = "") -> str:
    """A text that may be empty."""
    value = table.value(key, default)
    if not isinstance(value, str):
        raise table.error(key, f"must be text in quotes, not {excerpt(value)}")
    with table.errors_at(key):
        return printable(value)


def _words(own: PlanTable) -> Mapping[str, str]:
    data = own.value("words", {})
    if not isinstance(data, dict) or not all(isinstance(each, str) for each in data.values()):
        raise own.error(
            "words", f"must be a table of texts, not {excerpt(data)}", 'Such as { Aktywny = "active" }.'
        )
    with own.errors_at("words"):
        return {printable(word).lower(): printable(data[word]) for word in items(list(data))}
