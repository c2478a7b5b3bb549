"""Checks across several values of a plan file: combinations that no plan can have, with path and line."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import did_you_mean
from engine.graph.queries import foreign
from engine.money import RATE_DIGITS
from engine.plans import figures
from engine.plans.plan import Bonus, Requirement, by_figure
from engine.plans.table import PlanTable
from engine.rules.library import rules
from engine.rules.module import Module

MISSPELT = 0.8
"""Likeness of a key to an option of the rule itself from which on it is that one, misspelt."""
MOST_NAMED = 4
"""Rules that one refusal names."""


def refuse_options_of_others(
    table: PlanTable, module: Module, shared: Iterable[str], company: Path | None
) -> None:
    """Refuse a key that only other rules of the kind have, and name them; `shared` are keys of all rules."""
    known = [*shared, *(param.name for param in module.params)]
    for key in table.written():
        if key in known or difflib.get_close_matches(key, known, 1, MISSPELT):
            continue
        others = [name for name, other in rules(module.kind, company).items() if other.param(key)]
        if others:
            listed = ", ".join(others[:MOST_NAMED]) + (" and others" if len(others) > MOST_NAMED else "")
            raise table.error(
                key,
                f"is not an option of {module.name}",
                f'It is an option of {listed}: kind = "{others[0]}".',
            )


def refuse_rank_of_this_period(table: PlanTable, requirements: Sequence[Requirement]) -> None:
    """Refuse requirements by this period's paid-as rank where that rank is not known yet."""
    for requirement in requirements:
        if requirement.values.get("by") == "now":
            raise table.error(
                "require",
                f'{requirement.module.name}: by = "now" is possible only in a bonus: the rank that a member '
                "is paid as in this period depends on this requirement",
                'Write by = "before" to go by the rank of the period before.',
            )


def refuse_rule_in_millionths(table: PlanTable, module: Module, digits: int) -> None:
    """Refuse a company's own rule that may count rates per million in a plan whose rates are finer."""
    if digits > RATE_DIGITS and foreign(module.path) and "rule.one" not in module.body.text:
        raise table.error(
            "kind",
            f"the plan has rates of {digits} decimals, and {module.name} may count rates per million",
            f"Write rule.one in {module.path.name} for a rate of 1; it is 1000000 without finer rates.",
        )


def refuse_unfit_figures(
    table: PlanTable, values: Mapping[str, Any], earlier: Sequence[Bonus], calendar: str
) -> None:
    """Refuse values by a figure that is not known when they are looked up."""
    if values.get("grouped") and by_figure(values):
        raise table.error("grouped", "goes by ranks: the lower one of buyer and payee", "Leave it out.")
    names = figures.earned(values)
    for bonus in earlier:
        if bonus.name in names and bonus.calendar != calendar:
            raise table.error(
                "bonuses",
                f"{bonus.name} has another calendar than this bonus",
                "Give both the same calendar.",
            )


def refuse_levels_out_of_order(table: PlanTable, values: Mapping[str, Any]) -> None:
    """Refuse a last level above the first one."""
    first, last = values.get("from_level") or 1, values.get("to_level")
    if last is not None and last < first:
        raise table.error(
            "to_level",
            f"is {last}, but from_level is {first}",
            "Count both from the source: 1 is the next above.",
        )


def refuse_guaranteed(table: PlanTable, values: Mapping[str, Any]) -> None:
    """Refuse requirements of payees together with an option that takes a payee's pay from others."""
    if values.get("guaranteed") is not None:
        raise table.error(
            "require",
            "cannot be combined with guaranteed: a leader would give up volume for an upline who is not paid",
            "Leave out require or guaranteed.",
        )


def refuse_unfit_flow(table: PlanTable, flow: Module, module: Module, values: Mapping[str, Any]) -> None:
    """Refuse a flow that goes by a parameter that the bonus's rule does not have."""
    if "earnings" in flow.body.holes and "bonuses" not in values:
        raise table.error(
            "kind",
            f"the flow {flow.name} reads what other bonuses paid, and {module.name} has no parameter bonuses",
            f"Declare bonuses: TEXTS under params of {module.name}: the plan then names earlier bonuses.",
        )
    for measure, condition in flow.needs:
        name = condition.partition("=")[0]
        if name and name not in values:
            raise table.error(
                "kind",
                f"the flow {flow.name} needs {measure} where {name} is given, and {module.name} has no such "
                "parameter",
                f"Declare {name} under params of {module.name}, or let the flow need {measure} always.",
            )


def refuse_unmatchable(
    table: PlanTable, names: list[str], earlier: list[Bonus], calendar: str, module: Module
) -> None:
    """Refuse a bonus on bonuses that are computed later, or for periods that cannot be listed."""
    known = {bonus.name: bonus for bonus in earlier}
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise table.error(
                "bonuses",
                f"no earlier bonus is called {name!r}; the bonuses above this one are: {listed}",
                did_you_mean(name, known) or "A bonus can be paid only on bonuses above it in the file.",
            )
        if known[name].module.scope == "company" and module.scope != "company":
            raise table.error(
                "bonuses",
                f"{name} is shared out over the whole company after all other bonuses, so this bonus cannot "
                "be paid on it",
            )
        if calendar and calendar != known[name].calendar == "days":
            raise table.error(
                "bonuses",
                f'{name} has calendar = "days", periods of any length: nobody knows beforehand which of them '
                f"will end in a {calendar}",
            )
