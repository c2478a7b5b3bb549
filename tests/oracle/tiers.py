"""Values by a figure in place of the rank: the same families, asked with the tiers as if they were ranks."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from . import volumes
from .bonuses import State
from .plan import NO_RANK, Bonus, Rank, rates_of
from .tables import hundredths


def by_figure(bonus: Bonus, state: State) -> tuple[Bonus, State]:
    """The bonus with its tiers as ranks, and a state in which each member holds the tier reached."""
    for name, spec in bonus.options.items():
        if isinstance(spec, dict) and ("tiers" in spec or "unit" in spec):
            return _with(bonus, state, name, *(_own if "unit" in spec else _tiers)(state, spec))
    return bonus, state


def _with(
    bonus: Bonus, state: State, name: str, table: dict[str, Any], held: dict[str, str]
) -> tuple[Bonus, State]:
    names = dict.fromkeys([NO_RANK, *table])
    ranks = tuple(Rank(each, "all", (), must_be_active=False) for each in names)
    standings = {member: replace(each, rank=held[member]) for member, each in state.standings.items()}
    rates = rates_of(table) if name == "rates" else bonus.rates
    options = {**bonus.options, name: table}
    ladder = replace(state.plan, ranks=ranks)
    return (
        replace(bonus, options=options, rates=rates),
        replace(state, plan=ladder, standings=standings, ladder=state.plan),
    )


def _tiers(state: State, spec: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    floors = [_floor(state, spec, floor) for floor, _ in spec["tiers"]]
    table = {f"tier {place}": row for place, (_, row) in enumerate(spec["tiers"], start=1)}
    held = {}
    for member in state.standings:
        figure = _figure(state, spec, member)
        reached = 0 if figure is None else sum(figure >= floor for floor in floors)
        held[member] = f"tier {reached}" if reached else NO_RANK
    return table, held


def _own(state: State, spec: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    unit, most = Fraction(str(spec["unit"])), Fraction(str(spec["most"]))
    values = {
        member: min(most, max(0, _figure(state, spec, member) or 0) * unit) for member in state.standings
    }
    table = {f"value {value}": value for value in sorted({*values.values(), most}) if value}
    return table, {member: f"value {value}" if value else NO_RANK for member, value in values.items()}


def _floor(state: State, spec: dict[str, Any], floor: Any) -> int:
    if spec["by"] == "fact":
        return int(floor)
    if spec["by"] == "earned":
        return int(Fraction(str(floor)) * state.plan.minor_units)
    return hundredths(floor)


def _figure(state: State, spec: dict[str, Any], member: str) -> int | None:
    by, standing = spec["by"], state.standings[member]
    assert state.figures
    if by == "fact":
        return state.figures.facts.get((member, spec["fact"]))
    if by == "earned":
        return sum(state.earnings.get((member, name), 0) for name in spec["bonuses"])
    if by == "customer_volume":
        return sum(
            order.commissionable_volume
            for order in state.orders
            if order.member_id == member and order.customer_id
        )
    if by == "group_commissionable_volume":
        own = {each: at.commissionable_volume for each, at in state.standings.items()}
        return volumes.group(own, state.trees["main"])[member]
    figure: int = getattr(standing, by)
    return figure
