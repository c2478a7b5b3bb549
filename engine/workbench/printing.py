"""Rows as text: an aligned table, CSV or JSON, every value in full and exactly as the graph has it.

Nodes and relationships become maps, temporal values ISO text, integers stay integers of any size.
"""

import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol

from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time

from engine.text import quoted

FORMATS = ("table", "csv", "json")
WIDE = 8
"""A single row with more columns than this is shown as one line for each column."""
Rows = Iterable[Sequence[object]]


class Writable(Protocol):
    """What takes text."""

    def write(self, text: str, /) -> object:
        """Take a text."""
        ...


def write(columns: Sequence[str], rows: Rows, form: str, out: Writable, *, exact: bool = False) -> int:
    """Write rows in one of FORMATS and return how many there were; csv and json row by row.

    csv: a header, null is empty, an empty text is ``""``, lists and maps are JSON; a text that a spreadsheet
    would compute has an apostrophe in front, unless `exact`. json: an array of objects. table: for people;
    characters that would control a terminal are shown as escapes.
    """
    writers: dict[str, Callable[[Sequence[str], Rows], Iterator[str]]] = {
        "table": _table,
        "csv": partial(_csv, str if exact else quoted),
        "json": _json,
    }
    counted = _Counted(rows)
    for line in writers[form](columns, counted):
        out.write(line + "\n")
    return counted.number


def plain(value: object) -> Any:
    """A value of the graph as JSON knows it: nodes as maps, temporal values and infinite floats as text."""
    if isinstance(value, Node):
        return {"id": value.element_id, "labels": sorted(value.labels), "properties": plain(dict(value))}
    if isinstance(value, Relationship):
        ends = [end.element_id if end is not None else None for end in (value.start_node, value.end_node)]
        return {
            "id": value.element_id, "type": value.type, "start": ends[0], "end": ends[1],
            "properties": plain(dict(value)),
        }  # fmt: skip
    if isinstance(value, Path):
        return {"nodes": plain(list(value.nodes)), "relationships": plain(list(value.relationships))}
    if isinstance(value, dict):
        return {str(key): plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple) and not isinstance(value, Duration | Point):
        return [plain(item) for item in value]
    return _single(value)


def text(value: object) -> str:
    """A value as one piece of text: null is ``null``, structures are JSON."""
    shown = plain(value)
    return shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)


def _single(value: object) -> Any:
    if isinstance(value, Point):
        return {"srid": value.srid, "coordinates": list(value)}
    if isinstance(value, DateTime):
        zone = getattr(value.tzinfo, "key", None) or getattr(value.tzinfo, "zone", None)
        return value.iso_format() + (f"[{zone}]" if zone and zone != "UTC" else "")
    if isinstance(value, Date | Time | Duration):
        return value.iso_format()
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


class _Counted:
    def __init__(self, rows: Rows) -> None:
        self.rows, self.number = rows, 0

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self.rows:
            self.number += 1
            yield row


def _csv(safe: Callable[[str], str], columns: Sequence[str], rows: Rows) -> Iterator[str]:
    yield ",".join(_cell(safe(column)) for column in columns)
    for row in rows:
        yield ",".join("" if value is None else _cell(safe(text(value))) for value in row)


def _cell(value: str) -> str:
    if value and not any(character in value for character in ',"\r\n') and value == value.strip():
        return value
    return '"' + value.replace('"', '""') + '"'


def _json(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    waiting = "["
    for row in rows:
        if waiting != "[":
            yield waiting + ","
        else:
            yield waiting
        named = dict(zip(columns, (plain(value) for value in row), strict=True))
        waiting = "  " + json.dumps(named, ensure_ascii=False)
    if waiting == "[":
        yield "[]"
    else:
        yield waiting
        yield "]"


def _table(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    cells = [[_shown(text(value)) for value in row] for row in rows]
    right = [bool(cells) and all(_numeric(row[place]) for row in cells) for place in range(len(columns))]
    heads = [_shown(column) for column in columns]
    if len(cells) == 1 and len(heads) > WIDE:
        width = max(_width(head) for head in heads)
        yield from (f"{_set(head, width, False)}  {cell}" for head, cell in zip(heads, cells[0], strict=True))
        return
    widths = [
        max([_width(heads[place]), *(_width(row[place]) for row in cells)]) for place in range(len(columns))
    ]
    yield "  ".join(_set(*item) for item in zip(heads, widths, right, strict=True)).rstrip()
    yield "  ".join("-" * width for width in widths)
    for row in cells:
        yield "  ".join(_set(*item) for item in zip(row, widths, right, strict=True)).rstrip()


def _numeric(value: str) -> bool:
    return value == "null" or value.removeprefix("-").replace(".", "").replace("%", "").isdigit()


def _shown(value: str) -> str:
    return "".join(
        character
        if unicodedata.category(character)[0] != "C"
        else character.encode("unicode_escape").decode()
        for character in value
    )


def _width(value: str) -> int:
    if value.isascii():
        return len(value)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in value
    )


def _set(value: str, width: int, right: bool) -> str:
    space = " " * (width - _width(value))
    return space + value if right else value + space
