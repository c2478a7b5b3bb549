"""A rule module: one `.cypher` file as it was loaded and checked, and what its header says of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UplineError
from engine.graph.queries import Query

ONE_AFTER_ANOTHER = ("levels", "border")
"""Climbs whose steps go on from the last payee, each over the next of a rule's overlays."""

FIGURES = ("orders", "all_orders", "earnings")
"""Places that the engine fills with what belongs to `source`: cypher/parts/bonuses/ has a file for each."""


EXPECTED = {
    "payee": "a standing of the run, or null",
    "origin": "a standing of the run, or null",
    "level": "INTEGER, from 0 to 1,000,000,000",
    "rate": "INTEGER, 0 or more, and 0 without a payee",
    "counts": "INTEGER, or null for a leg that is not named",
    "passes": "BOOLEAN",
    "keeps": "BOOLEAN",
    "receives": "BOOLEAN",
    "reason": "STRING",
    "parent": "a member",
    "leg": "STRING, of 1 to 1,000 characters",
}
"""What a column of a rule must be; INTEGER where it is not listed."""

SHOWN = {
    "BASE": "INTEGER",
    "BASES": "LIST<INTEGER NOT NULL>",
    "COUNT": "INTEGER",
    "COUNTS": "LIST<INTEGER NOT NULL>",
    "FLAG": "BOOLEAN",
    "MONEY": "INTEGER",
    "RANK": "INTEGER",
    "RATE": "INTEGER",
    "TEXT": "STRING",
    "TEXTS": "LIST<STRING NOT NULL>",
    "VOLUME": "INTEGER",
    "VOLUMES": "LIST<INTEGER NOT NULL>",
}
"""What a flow rule shows of its state: type, and that of the value. BASE is what the bonus's basis counts."""


class RuleError(UplineError):
    """A rule module breaks the contract of its kind."""


class RuleValueError(UplineError):
    """A rule returned something that is not of the type of its column."""


@dataclass(frozen=True, slots=True)
class Param:
    """A rule's parameter: its plan type, and its default as written (None where it must be given)."""

    name: str
    type: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Module:
    """One rule module as loaded and checked.

    `columns` maps each returned column to its expression where the body is one RETURN clause, else it is
    empty. `steps` names the parameter whose length is the number of levels that the rule's
    ``<<walk>>`` climbs, `climb` how each step finds its overlay. `flow` names the flow that a bonus
    reads, `needs` the measures that must be on every standing, each perhaps only where a parameter is
    given. A flow is visited in `order` and, where it `carries`, sees its state of the period before.
    Where the walk is `shared`, the answer depends on nothing else: a run asks once for all sources whose
    first step comes to the same member.
    """

    kind: str
    name: str
    path: Path
    purpose: str
    params: tuple[Param, ...]
    columns: Mapping[str, Query]
    body: Query
    scope: str
    basis: str
    steps: str
    climb: str
    flow: str
    needs: tuple[tuple[str, str], ...]
    order: str
    carries: bool
    shared: bool
    returns: tuple[str, ...]
    flow_param: str = ""
    """The parameter without which the bonus needs no flow; empty where it always does."""
    state_type: str = ""
    """The type of a flow's state: a list of integers, or of texts."""
    shows: tuple[tuple[str, str, Query], ...] = ()
    """What a flow shows of its state: name, type (of SHOWN), and an expression over it."""
    only: tuple[tuple[str, str], ...] = ()
    """Parameters that count only where another one is given, or is what the condition says.

    Where one has several conditions, any of them is enough.
    """
    asks: tuple[tuple[str, str], ...] = ()
    """Parameters that must be given where a condition holds."""
    by_figure: tuple[str, ...] = ()
    """Parameters by rank that a plan may give by a figure in place of the rank."""
    carries_where: tuple[str, ...] = ()
    """Conditions on a bonus of which one must hold for what a flow carries to count; none: it always does."""

    @property
    def on_recruits(self) -> bool:
        """Whether a requirement rule looks at `sponsored`, the members sponsored in person."""
        return any(re.search(r"\bsponsored\b", column.text) for column in self.columns.values())

    @property
    def on_earnings(self) -> bool:
        """Whether a bonus pays on what others paid; a rule of orders in money pays on their amounts."""
        return self.basis == "money" and self.scope != "order"

    @property
    def reads_earnings(self) -> bool:
        """Whether the rule, or a flow, reads what earlier bonuses paid: it must come after them."""
        return self.on_earnings or "earnings" in self.body.holes

    @property
    def on_groups(self) -> bool:
        """Whether a bonus rule is asked for a source's whole group and names the base itself."""
        return self.scope == "source" and "base" in self.returns

    def carries_for(self, values: Mapping[str, object]) -> bool:
        """Whether what a flow saw in the period before counts for a bonus with these values."""
        where = [
            (condition, condition.removeprefix("!").partition("=")[0]) for condition in self.carries_where
        ]
        met = (holds(condition, {name: None, **values}) for condition, name in where)
        return self.carries and (not where or any(met))

    def without_effect(self, values: Mapping[str, object]) -> dict[str, list[str]]:
        """Parameters that have no effect next to the others, with the conditions of which none is met."""
        listed: dict[str, list[str]] = {}
        for name, condition in self.only:
            listed.setdefault(name, []).append(condition)
        return {
            name: conditions
            for name, conditions in listed.items()
            if not any(holds(condition, values) for condition in conditions)
        }

    def lacking(self, values: Mapping[str, object]) -> dict[str, str]:
        """Parameters that are not given though they must be, with the condition that asks for them."""
        return {
            name: condition
            for name, condition in self.asks
            if values[name] is None and holds(condition, values)
        }

    def param(self, name: str) -> Param | None:
        """The declared parameter of that name."""
        return next((param for param in self.params if param.name == name), None)


def holds(condition: str, values: Mapping[str, object]) -> bool:
    """Whether ``param``, ``!param`` or ``param=value`` holds among values."""
    name, equals, value = condition.removeprefix("!").partition("=")
    there = values[name] == value if equals else values[name] not in (None, [], 0, False)
    return there != condition.startswith("!")


def line_of(body: Query) -> str:
    """The file of a rule, and the line where its statement begins."""
    return f"{body.path}:{body.pieces[0].line}"


def refusal(
    kind: str, name: str, where: str, column: str, of: str, value: str, type_: str, expected: str = ""
) -> RuleValueError:
    """The refusal of one value: which rule returned it, in which column, and of whom."""
    written = "null" if type_ == "NULL" else value or "a value"
    return RuleValueError(
        f"the {kind} rule {name} returned {written} ({type_}) as {column} of {of}, which must be "
        f"{expected or EXPECTED.get(column, 'INTEGER')}",
        where,
        "Use integer division, round() and toInteger(), and coalesce() for what may be missing.",
    )
