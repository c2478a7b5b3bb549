"""What no single value of a plan file tells: rules that cannot go together, refused with path and line."""

from collections.abc import Mapping
from typing import Any

from engine.plans.plan import Bonus, Requirement
from engine.plans.text import Table
from engine.rules.contract import Module


def hold_known(table: Table, required: list[Requirement]) -> None:
    """Refuse requirements by this period's paid-as rank where that is not known yet."""
    for each in required:
        if each.values.get("by") == "now":
            raise table.wrong(
                "require",
                f"{each.module.name}: the rank that this period is paid as is known only to bonuses "
                '(by = "now")',
            )


def hold_payees(table: Table, given: Mapping[str, Any]) -> None:
    """Refuse requirements of payees beside an option that takes from others what a payee is paid."""
    if given.get("guaranteed") is not None:
        raise table.wrong(
            "require",
            "does not go with guaranteed: a leader would give up volume for one above who is not paid",
        )


def hold_matched(table: Table, named: list[str], earlier: list[Bonus], calendar: str, module: Module) -> None:
    """Refuse a bonus on others that are not computed before it, or in periods that nobody can list."""
    known = {bonus.name: bonus for bonus in earlier}
    for name in named:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise table.wrong("bonuses", f"no earlier bonus is called {name!r}; earlier are {listed}")
        if known[name].module.scope == "company" and module.scope != "company":
            raise table.wrong(
                "bonuses", f"{name} is shared by the whole company, which comes after all other bonuses"
            )
        if calendar and calendar != known[name].calendar == "days":
            raise table.wrong(
                "bonuses",
                f"{name} is paid for stretches of days of their own: which of them end in a {calendar} is "
                "not known beforehand",
            )
