"""Header fields of rules that are more than a word: what a flow shows, which options go together."""

import re
from collections.abc import Container, Mapping

from engine.graph.queries import QueryFileError, split

SHOWN = (
    "BASE",
    "BASES",
    "COUNT",
    "COUNTS",
    "FLAG",
    "MONEY",
    "RANK",
    "RATE",
    "TEXT",
    "TEXTS",
    "VOLUME",
    "VOLUMES",
)
"""Types of what a flow rule shows of its state; BASE is what the bonus's basis counts."""


def sentence(purpose: str) -> str:
    """The first sentence of a header, without its full stop: what a rule is."""
    return purpose.split(". ", maxsplit=1)[0].rstrip(".")


def shown(listed: str, where: str) -> tuple[tuple[str, str, str], ...]:
    """What a flow rule shows: ``name: TYPE = expression``, over `state`, `standing` and `rule`."""
    found = []
    for item in split(listed, "([{", ")]}") if listed else ():
        said = re.fullmatch(r"\s*(\w+):\s*(\w+)\s*=\s*(\S.*?)\s*", item)
        if not said or said[2] not in SHOWN:
            raise QueryFileError(
                f"shows {item.strip()!r}, which is not of the form name: TYPE = expression, with TYPE one of "
                f"{', '.join(SHOWN)}",
                where,
            )
        found.append((said[1], said[2], said[3]))
    return tuple(found)


def conditions(listed: str, declared: Container[str], where: str) -> tuple[tuple[str, str], ...]:
    """Parameters with conditions: ``name(param), name(!param), name(param=value)``."""
    found = re.findall(r"(\w+)\((!?\w+(?:=\w+)?)\)", listed)
    names = {name for pair in found for name in (pair[0], pair[1].removeprefix("!").partition("=")[0])}
    if wrong := sorted(name for name in names if name not in declared):
        raise QueryFileError(f"only and asks name {wrong[0]}, which params do not declare", where)
    if bool(listed) != bool(found):
        raise QueryFileError(f"{listed!r} is no list of name(param), name(!param), name(param=value)", where)
    return tuple(found)


def holds(condition: str, values: Mapping[str, object]) -> bool:
    """Whether ``param``, ``!param`` or ``param=value`` holds among values."""
    name, equals, value = condition.removeprefix("!").partition("=")
    there = values[name] == value if equals else values[name] not in (None, [], 0, False)
    return there != condition.startswith("!")
