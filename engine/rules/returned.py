"""What placement rules, checks and reports return, and the refusal of values of other types.

What the other kinds return may be millions of values. The server looks at those: see the pieces `not_whole`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine import ranges
from engine.errors import excerpt
from engine.graph.queries import Query, foreign
from engine.rules.module import Module, RuleError, line_of, refusal

_NAMES = {
    "BOOLEAN": "bool",
    "INTEGER": "int",
    "FLOAT": "float",
    "STRING": "str",
    "DATE": "Date",
    "LOCAL DATETIME": "DateTime",
    "ZONED DATETIME": "DateTime",
    "DURATION": "Duration",
    "MAP": "dict",
    "NODE": "Node",
    "RELATIONSHIP": "Relationship",
}
"""The types that a check or a report may announce, and the class of their values; LIST<...> and ANY too."""


def type_of(value: object) -> str:
    """The type of a value as Cypher names it."""
    if isinstance(value, list):
        return "LIST"
    name = type(value).__name__
    return next((known for known, of in _NAMES.items() if of == name), "NULL" if value is None else name)


def check_types(question: Query, where: str) -> None:
    """Refuse a type in the `returns` of a check or a report that is none; raises RuleError."""
    for column, declared in question.returns.items():
        if _test(declared) is None:
            raise RuleError(
                f"{column} is {declared}, which is no type of a column",
                where,
                f"Types are {', '.join(_NAMES)}, ANY, and LIST<...> of one of them.",
            )


def check_rows(kind: str, question: Query, rows: Iterable[Mapping[str, Any]]) -> None:
    """Refuse what a company's own check or report returned if it is not as the header says.

    Null is of every type, but of those that the header calls NOT NULL. Raises RuleValueError.
    """
    if not foreign(question.path):
        return
    tests = {column: _test(declared) for column, declared in question.returns.items()}
    for number, row in enumerate(rows, 1):
        for column, test in tests.items():
            if test is not None and not test(row[column]):
                value, expected = row[column], question.returns[column]
                raise refusal(
                    kind, question.path.stem, line_of(question), column, f"row {number}", excerpt(value),
                    type_of(value), expected,
                )  # fmt: skip


def check_place(module: Module, place: Mapping[str, Any], sponsor_id: str) -> None:
    """Refuse what a placement rule returned for a newcomer of a sponsor; raises RuleValueError.

    `place` has leg, leg_type, parent_type, is_member and as_of. A null leg means that no place is free, an
    empty one that the place is in no leg.
    """
    leg = place["leg"]
    if leg is None:
        return
    text = isinstance(leg, str) and len(leg) <= ranges.TEXT_LENGTH.most
    wrong = [] if text and leg.isprintable() else [("leg", excerpt(leg), place["leg_type"])]
    wrong += [] if place["is_member"] else [("parent", "", place["parent_type"])]
    if place["as_of"] is not None and "DATETIME" not in type_of(place["as_of"]):
        wrong.append(("as_of", excerpt(place["as_of"]), type_of(place["as_of"])))
    for column, value, type_ in wrong:
        of = f"a place below {sponsor_id}"
        raise refusal(module.kind, module.name, line_of(module.body), column, of, value, type_)


def _test(declared: str) -> Callable[[object], bool] | None:
    """Whether a value is of a declared type; None where that is no type."""
    plain = declared.removesuffix(" NOT NULL")
    nullable = plain == declared
    if plain == "ANY":
        return lambda value: nullable or value is not None
    if plain.startswith("LIST<") and plain.endswith(">"):
        inner = _test(plain[len("LIST<") : -1])
        if inner is None:
            return None
        return lambda value: nullable if value is None else isinstance(value, list) and all(map(inner, value))
    if plain not in _NAMES:
        return None
    return lambda value: nullable if value is None else type(value).__name__ == _NAMES[plain]
