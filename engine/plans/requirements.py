"""Requirements of a plan file: the lines of a rank, of a bonus or of activity, nested in all and any."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.plans.cross_checks import refuse_options_of_others
from engine.plans.plan import Requirement
from engine.plans.table import PlanTable
from engine.plans.values import ValueReader
from engine.rules.library import UnknownRuleError, rule
from engine.rules.module import Module

Way = tuple[int, ...]
"""The places of requirements that are together enough."""

MOST_WAYS = 64
"""Ways to one rank: nested all and any are worked out beforehand, and nobody reads more."""


NO_REQUIREMENTS: tuple[tuple[Requirement, ...], tuple[Way, ...]] = ((), ())


def read_own_requirements(
    table: PlanTable, values: ValueReader, company: Path | None
) -> tuple[tuple[Requirement, ...], tuple[Way, ...]]:
    """The requirements of `require`, of which `match` says how many are enough; none without it."""
    if table.has("match") and not table.has("require"):
        raise table.error(
            "match",
            "says how many requirements must be met, but there is no require",
            "Add a require list, or leave out match.",
        )
    if table.value("require", None) is None:
        return NO_REQUIREMENTS
    return read_requirements(table.one_of("match", ("all", "any"), "all"), table, "require", values, company)


def read_requirements(
    match: str, table: PlanTable, key: str, values: ValueReader, company: Path | None
) -> tuple[tuple[Requirement, ...], tuple[Way, ...]]:
    """The requirements of a key, and every way to meet them; `match` is all or any."""
    requirements: list[Requirement] = []
    ways = _ways(match, table, key, values, company, requirements)
    return tuple(requirements), tuple(ways)


def _ways(
    match: str,
    table: PlanTable,
    key: str,
    values: ValueReader,
    company: Path | None,
    requirements: list[Requirement],
) -> list[Way]:
    """The ways to meet what a key lists; its requirements are added to `requirements`."""
    parts: list[list[Way]] = []
    for line in table.tables(key):
        if nested := next((word for word in ("all", "any") if line.has(word)), None):
            parts.append(_ways(nested, line, nested, values, company, requirements))
        else:
            module = named_rule("requirement", line, company)
            parts.append([(len(requirements),)])
            refuse_options_of_others(line, module, ("kind", "all", "any"), company)
            parameters = values.parameters(module, line)
            requirements.append(Requirement(module, {"kind": module.name, **parameters}))
        line.refuse_unknown_keys()
    if not parts:
        raise table.error(
            key,
            "needs at least one requirement",
            f'For example: {key} = [{{ kind = "personal_volume", at_least = 100 }}].',
        )
    counts = [len(part) for part in parts]
    if (sum(counts) if match == "any" else math.prod(counts)) > MOST_WAYS:
        raise table.error(
            key, f"the nested all and any can be met in more than {MOST_WAYS} ways", "Simplify them."
        )
    if match == "any":
        return [way for part in parts for way in part]
    return [tuple(place for part in way for place in part) for way in itertools.product(*parts)]


def lines(listed: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The single requirements of a list as the file gives them, in the order in which they are numbered."""
    for line in listed:
        nested = next((word for word in ("all", "any") if word in line), None)
        yield from lines(line[nested]) if nested else (line,)


def named_rule(kind: str, table: PlanTable, company: Path | None) -> Module:
    """The rule module that the table's `kind` names."""
    try:
        return rule(kind, table.text("kind"), company)
    except UnknownRuleError as error:
        raise table.error("kind", error.what, error.todo) from error
