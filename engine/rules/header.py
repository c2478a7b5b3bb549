"""Headers of rules: their fields with the line of each, and those fields that are more than a word."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.graph.queries import Query, QueryFileError, fields, first_line, fragment, split
from engine.rules.module import SHOWN


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one file, and the `body` that follows it."""

    path: Path
    fields: Mapping[str, str]
    purpose: str
    body: Query

    def field(self, key: str, default: str = "") -> str:
        """What the header says under a key."""
        return self.fields.get(key, default)

    def line(self, key: str) -> int:
        """The line that has the key; the first one where none does."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return next((number for number, line in enumerate(lines, 1) if line.startswith(f"// {key}:")), 1)

    def where(self, key: str) -> str:
        """The file and the line that has the key."""
        return f"{self.path}:{self.line(key)}"


def read(path: Path) -> Header:
    """Split a file into its header and its body; raises QueryFileError."""
    text = path.read_text(encoding="utf-8")
    listed, purpose, body = fields(text, path)
    return Header(path, listed, purpose, fragment(path.stem, path, body, first_line(text)))


def sentence(purpose: str) -> str:
    """The first sentence of a header, without its full stop: what a rule is."""
    return purpose.split(". ", maxsplit=1)[0].rstrip(".")


def shown(header: Header) -> tuple[tuple[str, str, Query], ...]:
    """What a flow rule shows: ``name: TYPE = expression``, over `state`, `standing` and `rule`."""
    listed, line = header.field("shows"), header.line("shows")
    figures = []
    for item in split(listed, "([{", ")]}") if listed else ():
        form = re.fullmatch(r"\s*(\w+):\s*(\w+)\s*=\s*(\S.*?)\s*", item)
        if not form or form[2] not in SHOWN:
            raise QueryFileError(
                f"shows {item.strip()!r}, which is not of the form name: TYPE = expression, with TYPE one of "
                f"{', '.join(SHOWN)}",
                f"{header.path}:{line}",
            )
        figures.append((form[1], form[2], fragment(form[1], header.path, form[3], line)))
    return tuple(figures)


def conditions(header: Header, key: str, declared: Container[str]) -> tuple[tuple[str, str], ...]:
    """Parameters with conditions: ``name(param), name(!param), name(param=value)``."""
    listed, where = header.field(key), header.where(key)
    pairs = re.findall(r"(\w+)\((!?\w+(?:=\w+)?)\)", listed)
    names = {name for pair in pairs for name in (pair[0], pair[1].removeprefix("!").partition("=")[0])}
    if wrong := sorted(name for name in names if name not in declared):
        raise QueryFileError(f"only and asks name {wrong[0]}, which params do not declare", where)
    if bool(listed) != bool(pairs):
        raise QueryFileError(f"{listed!r} is no list of name(param), name(!param), name(param=value)", where)
    return tuple(pairs)
