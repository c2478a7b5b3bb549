"""The bonuses and caps of a plan file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import did_you_mean
from engine.plans import climbs, figures
from engine.plans.cross_checks import (
    refuse_guaranteed,
    refuse_levels_out_of_order,
    refuse_options_of_others,
    refuse_rule_in_millionths,
    refuse_unfit_figures,
    refuse_unfit_flow,
    refuse_unmatchable,
)
from engine.plans.overlays import Overlays
from engine.plans.plan import Bonus, Cap, Requirement, standing_property
from engine.plans.requirements import Way, named_rule, read_own_requirements, read_requirements
from engine.plans.table import PlanTable
from engine.plans.values import ValueReader
from engine.rules.library import rule
from engine.rules.module import Module

CALENDARS = ("", "day", "week", "month", "quarter", "year", "days")
SHARED_OPTIONS = ("name", "kind", "calendar", "match", "require")
"""Keys that a bonus of any rule may have."""


def read_bonuses(
    tables: list[PlanTable], values: ValueReader, tree: str, overlays: Overlays, company: Path | None
) -> tuple[Bonus, ...]:
    """The bonuses in the plan's order; the overlays that they walk are added to `overlays`."""
    bonuses: list[Bonus] = []
    for index, table in enumerate(tables):
        bonus = _bonus(index, table, values, tree, bonuses, overlays, company)
        for earlier in bonuses:
            if bonus.name == earlier.name:
                raise table.error("name", f"two bonuses are called {bonus.name!r}", "Give each its own name.")
            if bonus.state == earlier.state:
                raise table.error(
                    "name",
                    f"the bonus names {earlier.name!r} and {bonus.name!r} are too much alike: they differ "
                    "only in capitals, spaces or signs",
                    "Give one of them another name.",
                )
        bonuses.append(bonus)
    return tuple(bonuses)


def _bonus(
    index: int,
    table: PlanTable,
    values: ValueReader,
    tree: str,
    earlier: list[Bonus],
    overlays: Overlays,
    company: Path | None,
) -> Bonus:
    name = table.text("name")
    calendar = table.one_of("calendar", CALENDARS, "")
    module = named_rule("bonus", table, company)
    refuse_options_of_others(table, module, SHARED_OPTIONS, company)
    parameters = values.parameters(module, table)
    refuse_rule_in_millionths(table, module, values.rates.digits)
    refuse_levels_out_of_order(table, parameters)
    refuse_unmatchable(table, figures.earned(parameters), earlier, calendar, module)
    refuse_unfit_figures(table, parameters, earlier, calendar)
    requirements, ways = _requirements(name, table, module, parameters, values, company)
    refuse_unmatchable(table, parameters.get("bonuses", ()), earlier, calendar, module)
    walked = "sponsor" if parameters.get("tree") == "sponsor" and tree == "placement" else "main"
    steps = overlays.of_steps(module, parameters, walked, table)
    table.refuse_unknown_keys()
    has_flow = module.flow and (not module.flow_param or parameters[module.flow_param] is not None)
    flow = rule("flow", module.flow, company) if has_flow else None
    if flow:
        refuse_unfit_flow(table, flow, module, parameters)
    return Bonus(
        index,
        name,
        module,
        {"kind": module.name, **parameters},
        walked,
        steps,
        climbs.step_count(module, parameters, steps),
        calendar,
        flow,
        requirements,
        ways,
    )


def _requirements(
    name: str,
    table: PlanTable,
    module: Module,
    parameters: dict[str, Any],
    values: ValueReader,
    company: Path | None,
) -> tuple[tuple[Requirement, ...], tuple[Way, ...]]:
    """What a bonus requires of its payees; some rules have a parameter of their own for that."""
    own = next((param.name for param in module.params if param.type == "REQUIREMENTS"), None)
    if own:
        del parameters[own]
        return read_requirements(parameters.get("match", "all"), table, own, values, company)
    requirements, ways = read_own_requirements(table, values, company)
    if not requirements:
        return requirements, ways
    refuse_guaranteed(table, parameters)
    parameters["meets"] = standing_property("meets", name)
    return requirements, ways


def read_caps(tables: list[PlanTable], bonuses: tuple[Bonus, ...], values: ValueReader) -> tuple[Cap, ...]:
    """The caps in the plan's order; a cap that names no bonuses limits all but those of the whole company."""
    names = [bonus.name for bonus in bonuses if bonus.module.scope != "company"]
    return tuple(_cap(table, names, values) for table in tables)


def _cap(table: PlanTable, names: list[str], values: ValueReader) -> Cap:
    chosen = table.texts("bonuses") or names
    if unknown := [name for name in chosen if name not in names]:
        raise table.error(
            "bonuses",
            f"no bonus that a cap can limit is called {unknown[0]!r}",
            did_you_mean(unknown[0], names)
            or f"A cap can limit {', '.join(names) or 'none of the bonuses'}.",
        )
    per = table.one_of("per", ("member", "owner", "company"), "member")
    amounts = _cap_amounts(table, values, per)
    share, cut = (_cap_share(table, key, values) for key in ("share", "cut"))
    if cut > 10**values.rates.digits:
        raise table.error("cut", "must be a share of at most 1", 'Write 5 % as 0.05 or "5%".')
    if sum(table.has(key) for key in ("amount", "share", "cut")) != 1:
        raise table.error(None, "a cap needs exactly one of amount, share and cut")
    if per != "company" and not table.has("amount"):
        raise table.error("per", f'share and cut are not possible per {per}, only with per = "company"')
    matched = table.flag("before_matching", False)
    if matched and not table.has("bonuses"):
        raise table.error(
            "before_matching",
            "such a cap must list its bonuses",
            "Write bonuses = [...] with the bonuses that are capped before others match them.",
        )
    table.refuse_unknown_keys()
    return Cap(tuple(chosen), per, max(amounts), share, cut, amounts, matched)


def _cap_amounts(table: PlanTable, values: ValueReader, per: str) -> tuple[int, ...]:
    """A cap's amount for each rank number; different amounts by rank are for caps per member."""
    amount = table.value("amount", 0)
    if isinstance(amount, Mapping) and per != "member":
        raise table.error("amount", f'amounts by rank are not possible per {per}, only with per = "member"')
    with table.errors_at("amount"):
        return tuple(amount for (amount,) in values.amount_by_rank(amount))


def _cap_share(table: PlanTable, key: str, values: ValueReader) -> int:
    """A cap's share or cut, as a whole rate; 0 where the table has none."""
    with table.errors_at(key):
        return values.rates.cap_share(table.value(key, 0))
