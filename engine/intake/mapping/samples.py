"""A look at a file that nobody has described: its encoding, delimiter, columns and some of their values."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa

from engine.intake import files
from engine.intake.columns import INSTANT
from engine.intake.mapping.dates import date_format, iso_texts
from engine.intake.mapping.mapping import Numbers
from engine.intake.mapping.reader import ENCODINGS
from engine.intake.mapping.values import figures
from engine.intake.refusals import Refusals

LOOKED_AT = 1_000
"""Rows that are looked at."""
HEAD_BYTES = 1 << 18
FORMS = (
    "YYYY-MM-DD", "YYYY-MM-DD hh:mm:ss", "YYYY-MM-DDThh:mm:ss", "YYYY-MM-DD hh:mm", "YYYY/MM/DD",
    "YYYY/MM/DD hh:mm", "YYYY/MM/DD hh:mm:ss", "DD.MM.YYYY", "DD.MM.YYYY hh:mm", "DD.MM.YYYY hh:mm:ss",
    "DD/MM/YYYY", "MM/DD/YYYY", "DD/MM/YYYY hh:mm", "MM/DD/YYYY hh:mm", "DD/MM/YYYY hh:mm:ss",
    "MM/DD/YYYY hh:mm:ss", "MM/DD/YYYY hh:mm ap", "MM/DD/YYYY hh:mm:ss ap", "DD-MM-YYYY", "DD-MM-YYYY hh:mm",
    "DD MMM YYYY", "MMM DD, YYYY", "YYYY年MM月DD日", "YYYYMMDD",
)  # fmt: skip
ERA_FORM = "ERAY年MM月DD日"
NUMBERS = (
    Numbers(), Numbers(","), Numbers(",", "."), Numbers(",", " "), Numbers(".", ","), Numbers(".", "'"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a file. `encoding` is a name of ENCODINGS; `guessed` says that it is a guess."""

    path: Path
    encoding: str
    guessed: bool
    delimiter: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """The values of a column that are not empty."""
        place = self.names.index(name)
        return [row[place] for row in self.rows if place < len(row) and row[place]]

    def distinct(self, name: str) -> list[str]:
        """The different values of a column, in their order."""
        return list(dict.fromkeys(self.column(name)))


def sample(path: Path) -> Sample | None:
    """Look at a file; None where it is none of a table."""
    if path.suffix == ".parquet":
        return _parquet(path)
    encoding, guessed = _encoding(path)
    head = path.read_bytes()[:HEAD_BYTES].decode(ENCODINGS[encoding], errors="replace")
    line = next((line for line in head.lstrip("\ufeff").splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=line.count)
    try:
        lines = list(islice(_records(path, encoding, delimiter), LOOKED_AT + 1))
    except (csv.Error, UnicodeError):
        return None
    if not lines or len([name for name in lines[0] if name]) < 2:
        return None
    return Sample(path, encoding, guessed, delimiter, lines[0], tuple(lines[1:]))


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    dialect = files.Dialect(delimiter, ENCODINGS[encoding])
    for _, fields in files.records(path, dialect):
        yield tuple(field.strip() for field in fields)


def _parquet(path: Path) -> Sample | None:
    try:
        refusals = Refusals()
        head = files.header(path, files.Dialect(), refusals)
        read = files.contents(head, head.names, refusals) if head else None
    except (OSError, pa.ArrowException):
        return None
    if head is None or read is None:
        return None
    names = tuple(read.columns)
    count = min(read.count, LOOKED_AT)
    columns = [read.columns[name].slice(0, count).to_pylist() for name in names]
    rows = tuple(tuple(each or "" for each in row) for row in zip(*columns, strict=True))
    return Sample(path, "utf-8", False, ",", names, rows)


def _encoding(path: Path) -> tuple[str, bool]:
    """The encoding of a file, and whether it is a guess."""
    with path.open("rb") as file:
        data = file.read(HEAD_BYTES)
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16", False
    cut = data[: data.rfind(b"\n") + 1] or data
    try:
        cut.decode("utf-8")
    except UnicodeDecodeError:
        scores = {name: _likely(cut, name) for name in _CANDIDATES}
        return max(scores, key=lambda name: scores[name]), True
    return "utf-8", False


_CANDIDATES = (
    "windows-1252", "windows-1250", "windows-1251", "shift-jis", "euc-jp", "gb18030", "euc-kr", "big5",
)  # fmt: skip
_USUAL = {
    "windows-1252": "äöüßÄÖÜéèêàâçñáíóúãõ",
    "windows-1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžőű",
    "windows-1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИКЛМНОПРСТУФХЧЭЮЯ",
}


def _likely(data: bytes, encoding: str) -> float:
    """How much of what is not ASCII is usual for the languages of an encoding, from 0 to 1."""
    try:
        text = data.decode(ENCODINGS[encoding])
    except UnicodeDecodeError:
        return -1.0
    odd = [sign for sign in text if ord(sign) > 127]
    if not odd:
        return 0.0
    if encoding in _USUAL:
        usual = sum(sign in _USUAL[encoding] for sign in odd)
    elif encoding == "euc-kr":
        usual = sum("가" <= sign <= "힣" for sign in odd)
    elif encoding in ("shift-jis", "euc-jp"):
        kana = sum("ぁ" <= sign <= "ヶ" for sign in odd)
        usual = len(odd) - sum("\uff61" <= sign <= "\uff9f" for sign in odd) if kana else 0
    else:
        usual = sum("一" <= sign <= "鿿" for sign in odd) * 9 // 10
    return usual / len(odd)


def forms_of(values: list[str]) -> list[str]:
    """The formats that all of some values fit, or, where none does, a few that together fit all."""
    texts = pa.array(values, pa.string())
    fits = {form: iso_texts(texts, (date_format(form),)).is_valid().to_pylist() for form in FORMS}
    if whole := [form for form, fit in fits.items() if all(fit)]:
        return whole
    if any(text.startswith(("令和", "平成", "昭和", "R", "H", "S")) for text in values):
        fits[ERA_FORM] = iso_texts(texts, (date_format(ERA_FORM, "japanese"),)).is_valid().to_pylist()
    chosen, left = [], set(range(len(values)))
    while left:
        best = max(fits, key=lambda form: sum(fits[form][place] for place in left))
        met = {place for place in left if fits[best][place]}
        if not met:
            break
        chosen.append(best)
        left -= met
    return chosen


def iso(values: list[str]) -> bool:
    """Whether all of some values are days or instants as our own tables have them."""
    return all(re.match(INSTANT, value) for value in values)


def numbers_of(values: list[str]) -> Numbers | None:
    """The first notation in which all of some values are figures."""
    texts = pa.array(values, pa.string())
    for numbers in NUMBERS:
        if figures(texts, numbers).null_count == 0:
            return numbers
    return None
