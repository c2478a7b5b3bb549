"""Values by a figure in place of the rank: tiers of a volume, of a fact or of earnings, or the fact itself.

A value by rank may be written ``{ by = "group_volume", tiers = [[0, ...], [1000, ...]] }``. The rule then
looks up its table by tier, 0 below the first, where it otherwise does by rank; or, with ``by = "fact"`` and a
`unit`, takes the member's own value: the fact times the unit, `most` at most.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import ranges
from engine.errors import excerpt
from engine.plans.plan import by_figure
from engine.plans.quantities import different, items, levels, one_of, pairs, text, volume
from engine.rules.reads import measures

VOLUMES = (
    "personal_volume", "commissionable_volume", "customer_volume", "group_volume",
    "group_commissionable_volume",
)  # fmt: skip
"""Volumes that tiers may go by."""
FIGURES = (*VOLUMES, "fact", "earned")
KEYS = ("by", "fact", "bonuses", "tiers", "unit", "most")
ENDINGS = ("figure", "from", "bonuses", "unit")
"""What the values of a rule say of a parameter by figure: each under its name and one of these."""


@dataclass(frozen=True, slots=True)
class ByFigure:
    """A parameter's rows by tier, and what chooses among them; `extra` goes to the rule, by ending."""

    rows: list[list[int]]
    extra: Mapping[str, Any]


def is_by_figure(value: Any) -> bool:
    """Whether a value says what it goes by."""
    return isinstance(value, Mapping) and isinstance(value.get("by"), str)


def read(
    value: Mapping[str, Any], exact: Callable[[Any], int], amount: Callable[[Any], int], *, single: bool
) -> ByFigure:
    """Read such a value; `exact` reads one entry, `amount` an amount of money.

    Raises ValueError or AmountError. With `single` a tier has one value, else a list with one for each level.
    """
    if unknown := [key for key in value if key not in KEYS]:
        raise ValueError(f"{excerpt(unknown[0])} is not an option here; the options are {', '.join(KEYS)}")
    by = one_of(value["by"], FIGURES)
    figure = f"fact_{text(value.get('fact', ''))}" if by == "fact" else by
    extra: dict[str, Any] = {"figure": figure}
    if by == "earned":
        extra["bonuses"] = different([text(name) for name in items(value.get("bonuses", []))])
        if not extra["bonuses"]:
            raise ValueError('by = "earned" needs bonuses, the names of earlier bonuses')
    if "unit" in value:
        return _own(value, exact, extra, single=single)
    if "most" in value:
        raise ValueError("most belongs to a unit: the value of one of the fact")
    floor = {"fact": ranges.FACT.read, "earned": amount}.get(by, volume)
    tiers = [[floor(from_), reached] for from_, reached in pairs(value.get("tiers", []))]
    if not tiers:
        raise ValueError("needs tiers: pairs of a figure and of what is paid from it on")
    floors = [tier[0] for tier in tiers]
    if floors != sorted(set(floors)):
        raise ValueError("tiers must be in ascending order")
    rows = [[exact(entry) for entry in ([reached] if single else levels(reached))] for _, reached in tiers]
    width = max(map(len, rows))
    if width == 0:
        raise ValueError("must list at least one value")
    return ByFigure(
        [[0] * width, *(row + [0] * (width - len(row)) for row in rows)], {**extra, "from": floors}
    )


def _own(
    value: Mapping[str, Any], exact: Callable[[Any], int], extra: dict[str, Any], *, single: bool
) -> ByFigure:
    """The member's own value: a fact times a unit."""
    if value["by"] != "fact" or "tiers" in value or not single:
        raise ValueError('a unit goes with by = "fact", a single value and no tiers')
    if "most" not in value:
        raise ValueError("a unit needs most, the highest value that a member can have")
    unit = exact(value["unit"])
    if unit == 0:
        raise ValueError("a unit must be more than 0")
    return ByFigure([[0], [exact(value["most"])]], {**extra, "from": [1], "unit": unit})


def figures(values: Mapping[str, Any]) -> set[str]:
    """The measures that a rule's parameters go by."""
    return {values[f"{name}_figure"] for name in by_figure(values)} & measures()


def earned(values: Mapping[str, Any]) -> list[str]:
    """The earlier bonuses whose earnings a rule's parameters go by."""
    return [bonus for name in by_figure(values) for bonus in values.get(f"{name}_bonuses", ())]
